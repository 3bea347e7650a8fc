"""Who acts: members, departments, roles, sign-in."""
