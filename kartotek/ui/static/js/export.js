// A file of what is selected comes by a form of its own, and the page stays where it is.
import { on } from "k/keys";

on("click", "[data-export]", (event, button) => {
  const { csrfmiddlewaretoken, all, uid } = button.form.elements;
  const fields = [["csrfmiddlewaretoken", csrfmiddlewaretoken.value], ["query", all.value]];
  if (!uid.disabled) fields.push(["uid", uid.value]);
  const form = Object.assign(document.createElement("form"), { method: "post", action: button.dataset.export, hidden: true });
  form.append(...fields.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })));
  document.body.append(form);
  form.submit();
  form.remove();
});
