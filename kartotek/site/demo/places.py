"""What companies and people are called in five countries, and how they are reached there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One country. In `phone` each # is a digit; a city comes with its postcode."""

    country: str
    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    firms: tuple[str, ...]  # how a name ends: "{} AS"
    trades: tuple[str, ...]
    streets: tuple[str, ...]
    street: str  # how a street and its number are written
    cities: tuple[tuple[str, str], ...]
    phone: str
    greeting: str


NORWAY = Place(
    "NO", "Norwegian",
    ("Ingrid", "Ola", "Kari", "Lars", "Solveig", "Håkon", "Astrid", "Bjørn", "Marit", "Eirik"),
    ("Nordmann", "Haugen", "Østby", "Lie", "Bakken", "Solberg", "Moen", "Dahl", "Sæther"),
    ("{} AS", "{} & Co AS", "Nordre {} AS"),
    ("Fjord Pharma", "Trelast", "Havbruk", "Bryggeri", "Regnskap", "Bergverk", "Skipsdeler",
     "Møbelverk"),
    ("Storgata", "Kirkegata", "Bryggen", "Strandveien", "Skolegata"), "{street} {number}",
    (("0155", "Oslo"), ("5003", "Bergen"), ("7011", "Trondheim"), ("4006", "Stavanger")),
    "+47 9## ## ###", "Hei",
)  # fmt: skip
LATVIA = Place(
    "LV", "Latvian",
    ("Jānis", "Anna", "Kārlis", "Līga", "Andris", "Ilze", "Mārtiņš", "Zane", "Edgars", "Dace"),
    ("Bērziņš", "Kalniņa", "Ozoliņš", "Liepa", "Krūmiņa", "Balodis", "Eglīte", "Zariņš"),
    ("SIA {}", "AS {}", "SIA Jaunais {}"),
    ("Dzintars", "Kokapstrāde", "Maiznīca", "Jūras Ceļš", "Medus", "Stikls", "Linu Nams",
     "Būvnieks"),
    ("Brīvības iela", "Elizabetes iela", "Miera iela", "Kalku iela"), "{street} {number}",
    (("LV-1010", "Rīga"), ("LV-3401", "Liepāja"), ("LV-5401", "Daugavpils")),
    "+371 2# ### ###", "Labdien",
)  # fmt: skip
BRAZIL = Place(
    "BR", "Portuguese",
    ("João", "Maria", "Antônio", "Beatriz", "Luís", "Camila", "Rafael", "Letícia", "Thiago"),
    ("Silva", "Souza", "Gonçalves", "Araújo", "Conceição", "Ferreira", "Magalhães", "Brandão"),
    ("{} Ltda", "{} S.A.", "{} do Brasil Ltda"),
    ("Café Serrano", "Móveis Ipê", "Farmácia Central", "Têxtil Aurora", "Açúcar Bom",
     "Transportes Norte", "Quartzo", "Papelaria Sol"),
    ("Rua das Flores", "Avenida Paulista", "Rua São João", "Avenida Brasil"),
    "{street}, {number}",
    (("01310-100", "São Paulo"), ("20040-002", "Rio de Janeiro"), ("30130-010", "Belo Horizonte")),
    "+55 11 9####-####", "Olá",
)  # fmt: skip
INDIA = Place(
    "IN", "Hindi",
    ("Aarav", "Priya", "Rohan", "Ananya", "Vikram", "Kavita", "Arjun", "Meera", "Sanjay", "Divya"),
    ("Sharma", "Patel", "Iyer", "Reddy", "Singh", "Gupta", "Nair", "Chatterjee", "Joshi"),
    ("{} Pvt Ltd", "{} Industries", "Shri {} Traders"),
    ("Lotus Textiles", "Ganga Foods", "Surya Solar", "Deccan Tools", "Malabar Spices",
     "Himalaya Tea", "Pune Pumps", "Indus Paper"),
    ("MG Road", "Park Street", "Linking Road", "Station Road"), "{number}, {street}",
    (("400001", "Mumbai"), ("560001", "Bengaluru"), ("110001", "New Delhi"), ("411001", "Pune")),
    "+91 98### #####", "Namaste",
)  # fmt: skip
BRITAIN = Place(
    "GB", "English",
    ("Emily", "James", "Olivia", "Harry", "Siân", "Callum", "Grace", "Owen", "Fiona", "Daniel"),
    ("Whitaker", "Hughes", "O'Connor", "Campbell", "Bennett", "Fraser", "Ellis", "Thornton"),
    ("{} Ltd", "{} Group plc", "{} & Sons Ltd"),
    ("Harbour Foods", "Pennine Joinery", "Cambrian Slate", "Orchard Press", "Tyne Castings",
     "Moorland Wool", "Mersey Freight", "Highland Seeds"),
    ("High Street", "Station Road", "Mill Lane", "Church Street"), "{number} {street}",
    (("M1 1AE", "Manchester"), ("LS1 4DY", "Leeds"), ("EH1 1YZ", "Edinburgh"),
     ("CF10 1EP", "Cardiff")),
    "+44 7700 900###", "Hello",
)  # fmt: skip

PLACES = (NORWAY, LATVIA, BRAZIL, INDIA, BRITAIN)
TITLES = (
    "Buyer", "Head of purchasing", "Managing director", "Office manager", "Finance manager",
    "Warehouse lead", "Project manager", "Engineer", "Sales manager", "Assistant",
)  # fmt: skip
TAGS = ("fair", "newsletter", "spring offer", "reference", "price list B")
NOTES = (
    "{greeting}, called {name}. Asked for a new price list; wants it before the month ends.",
    "Visited {company}. They will move to a larger store in the autumn.",
    "{name} is on leave for two weeks. Ask the office meanwhile.",
    "Sent samples to {name}. Call again in ten days.",
    "{name} was happy with the last delivery, and would recommend us.",
    "Invoice address of {company} has changed; the new one is on the card.",
    "Met {name} at the fair. Interested in a yearly contract.",
    "{company} pays by bank transfer within thirty days.",
)
