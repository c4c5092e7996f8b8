"""The closed domain that all four models share: a customer-service line, its facts, articles, questions and answers.

Everything is seeded by the `random.Random` that the caller passes. A split says what is unseen in training:
"train" (nothing), "values" (slot values), "wordings" (question wordings), "held" (both).
"""

import functools
import random
import re
from dataclasses import dataclass

from expansion import expand, stable_hash
from spoken import NUMBER_WORDS, cardinal, spoken
from wordings_articles import ARTICLE_WORDINGS
from wordings_facts import FACT_WORDINGS
from wordings_smalltalk import SMALLTALK_WORDINGS

FIRST_NAMES = ("maria james david sofia emma liam noah olivia ava lucas mia ethan grace henry chloe daniel ella jack lily oscar ruby "
               "samuel zoe peter alice victor nina omar priya wei kenji fatima carlos elena ivan julia karim laura miguel naomi").split()
LAST_NAMES = ("lopez smith jones brown taylor wilson evans walker wright green baker adams nelson carter turner parker collins stewart "
              "morris rogers reed cook morgan bell murphy bailey cooper ward cox diaz").split()
PLANS = "basic silver gold platinum student family business premium travel starter unlimited senior".split()
MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CITIES = "london paris boston denver austin chicago dublin madrid seattle toronto berlin oslo".split()
STREETS = "oak main park king hill lake river station".split()
STREET_KINDS = "street road avenue".split()
ORDER_STATES = {  # status: what the agent adds
    "shipped": "it is on the way to you.", "delayed": "we are sorry for the wait.", "delivered": "we hope you like it.",
    "packed": "it will leave soon.", "cancelled": "you will not be charged.", "returned": "your refund is on the way.",
}
COUNTS = "two three four five six seven eight nine ten twelve".split()


def _date(r): return f"{r.choice(MONTHS)} {r.randint(1, 28)}"
def _digits(r, count): return str(r.randint(10 ** (count - 1), 10 ** count - 1))


VALUES = {  # kind of value: generator of its written form
    "name": lambda r: f"{r.choice(FIRST_NAMES)} {r.choice(LAST_NAMES)}",
    "plan": lambda r: f"{r.choice(PLANS)} {r.choice([5, 10, 20, 25, 30, 40, 50, 60, 75, 80, 100])}",
    "price": lambda r: f"${r.randint(8, 99)}.{r.choice([0, 25, 49, 50, 75, 95, 99]):02d}",
    "balance": lambda r: f"${r.randint(0, 399)}.{r.randint(0, 99):02d}",
    "due": _date,
    "account": lambda r: _digits(r, 6),
    "data": lambda r: f"{r.randint(2, 99)} gigabytes",
    "card": lambda r: _digits(r, 4),
    "order": lambda r: f"{r.choice(list(ORDER_STATES))} on {_date(r)}",
    "visit": lambda r: f"{r.choice(DAYS)} at {r.randint(1, 12)} {r.choice(['am', 'pm'])} in {r.choice(CITIES)}",
    "store": lambda r: f"{r.randint(1, 199)} {r.choice(STREETS)} {r.choice(STREET_KINDS)}",
    "fee": lambda r: f"${r.randint(1, 25)}.{r.choice([0, 50]):02d}",
    "amount": lambda r: f"${r.randint(2, 199)}",
    "phone": lambda r: _digits(r, r.choice([7, 8])),
    "planname": lambda r: r.choice(PLANS), "city": lambda r: r.choice(CITIES), "day": lambda r: r.choice(DAYS),
}
PRIVATE = ("name", "account", "card", "phone")  # what the chain replaces by [name_1] and so on before a model sees it
OPEN = ("planname", "city", "day")  # single words: too few to hold any out

FACT_LABELS = {
    "name": "customer name", "plan": "plan", "price": "monthly price", "balance": "balance", "due": "payment due",
    "account": "account number", "data": "data left", "card": "card ending", "order": "order status",
    "visit": "technician visit", "store": "nearest store", "fee": "late fee",
}
SUPPORT_FACTS = ("order", "visit", "store")
REFUSAL = "i am sorry, i do not have that information."

NOUN_OPENERS = ("what is|what's|tell me|can you tell me|could you tell me|please tell me|i want to know|i would like to know|i need to know|can you check|"
                "could you check|please check|let me know|i have a question about|i am calling about|tell me about|can you look up|what about|"
                "and|and what about|i want to ask about|i need help with|look up|do you know|can i ask about|information about").split("|")
ARTICLE_OPENERS = ("tell me about|can you tell me about|i want to know about|i have a question about|i am calling about|what about|"
                   "and what about|i want to ask about|i need help with|can i ask about|information about|can you help me with|what can you tell me about").split("|")
CLAUSE_OPENERS = ("can you tell me|could you tell me|please tell me|tell me|i want to know|i would like to know|i need to know|do you know|can you check|"
                  "could you check|let me know|please check|i don't know|i am not sure|can you say").split("|")
POLITE = ["please", "hi", "um", "okay", "sorry", "hello", "so", "well", "and", "yes", "good morning", "excuse me"]
ENDINGS = ["please", "for me", "thanks", "thank you", "now", "today", "for me please"]
INTRODUCTIONS = ["this is {name}", "my name is {name}", "i am {name}", "hello this is {name}", "hi i am {name}", "it is {name} here",
                 "my account number is {account}", "my account is {account}", "for account {account}", "the account is {account}",
                 "my card ends in {card}", "the card ends in {card}", "i pay with card {card}", "my phone number is {phone}"]


@dataclass(frozen=True)
class Question:
    """`text` is the written question with its values in clear, `redacted` the same with placeholders such as [name_1],
    `private` maps each placeholder to its value."""
    intent: str
    text: str
    redacted: str
    private: dict


def intents() -> list[str]:
    return [*FACT_WORDINGS, *ARTICLE_WORDINGS, *SMALLTALK_WORDINGS]


def kind(intent: str) -> str:
    return "fact" if intent in FACT_WORDINGS else "article" if intent in ARTICLE_WORDINGS else "smalltalk"


def agent(intent: str) -> str:
    if intent in SMALLTALK_WORDINGS:
        return "smalltalk"
    return "support" if intent in ARTICLE_WORDINGS or intent in SUPPORT_FACTS else "billing"


def heldout(value: str) -> bool:
    """About 15 % of all slot values are never trained on."""
    return stable_hash(value) % 100 < 15


def value(r: random.Random, name: str, unseen: bool = False) -> str:
    while True:
        picked = VALUES[name](r)
        if name in OPEN or heldout(picked) == unseen:
            return picked


@functools.cache
def wordings(intent: str) -> dict[str, dict[str, list[str]]]:
    """{"train" | "held": {"ask" | "noun" | "clause": [templates]}} with no template in both.

    Held out are the starred lines and, by hash, every eighth of the other wordings with more than two words."""
    source = {**FACT_WORDINGS, **ARTICLE_WORDINGS, **SMALLTALK_WORDINGS}[intent]
    nouns = [n for line in source.get("noun", []) for n in expand(line)]
    openers = NOUN_OPENERS if intent in FACT_WORDINGS else ARTICLE_OPENERS
    every = {
        "ask": [w for line in source["ask"] if line[0] != "*" for w in expand(line)],
        "noun": [f"{o} {n}" for n in nouns for o in openers],
        "clause": [f"{o} {c}" for line in source.get("clause", []) for c in expand(line) for o in CLAUSE_OPENERS],
    }
    starred = {line[1:] for line in source["ask"] if line[0] == "*"}
    split = {"train": {}, "held": {"starred": sorted(starred)}}
    for form, templates in every.items():
        templates = list(dict.fromkeys(t for t in templates if t not in starred))
        out = [t for t in templates if len(t.split()) > 2 and stable_hash("wording " + t) % 8 == 0]
        split["held"][form] = out
        split["train"][form] = [t for t in templates if t not in out]
    taken = {t for form in split["train"].values() for t in form}
    split["held"] = {form: [t for t in list_ if t not in taken] for form, list_ in split["held"].items()}
    return split


_FORM_WEIGHTS = {"ask": 5, "noun": 2, "clause": 2, "starred": 9}  # half of the held-out questions are whole unseen lines


def wording(r: random.Random, intent: str, unseen: bool = False) -> str:
    forms = {form: list_ for form, list_ in wordings(intent)["held" if unseen else "train"].items() if list_}
    form = r.choices(list(forms), [_FORM_WEIGHTS[f] for f in forms])[0]
    return r.choice(forms[form])


def decorate(r: random.Random, text: str, intent: str) -> str:
    """Politeness around a wording, and sometimes the caller's name or number in front."""
    if kind(intent) != "smalltalk":
        x = r.random()
        if x < .12:
            return f"{r.choice(INTRODUCTIONS)} {text}"
        if x < .32:
            text = f"{r.choice(POLITE)} {text}"
        if r.random() < .12 and text.split()[-1] not in ("please", "today", "now"):
            text = f"{text} {r.choice(ENDINGS)}"
    elif r.random() < .1:
        text = f"{r.choice(['um', 'okay', 'well', 'so', 'yes'])} {text}"
    return text


def fill(r: random.Random, template: str, unseen: bool = False, private: dict | None = None) -> tuple[str, str, dict]:
    """The template with values, the template with placeholders, and what the placeholders stand for. `private` holds
    placeholders already in use in the conversation: half of the time the caller repeats one of their values."""
    private = dict(private or {})

    def pick(match):
        name = match.group(1)
        if name not in PRIVATE:
            return value(r, name, unseen)
        known = [p for p in private if p.startswith(f"[{name}_")]
        if known and r.random() < .5:
            return r.choice(known)
        placeholder = next(p for p in (f"[{name}_{i}]" for i in range(1, 9)) if p not in private)
        private[placeholder] = value(r, name, unseen)
        return placeholder

    redacted = re.sub(r"\{(\w+)\}", pick, template)
    text = redacted
    for placeholder, clear in private.items():
        text = text.replace(placeholder, clear)
    return text, redacted, private


def question(r: random.Random, split: str = "train", intent: str | None = None, private: dict | None = None) -> Question:
    """A random question of a split ("train", "values", "wordings", "held"), each intent equally likely. In the split
    "values" every question says a value that training never used."""
    if intent is None:
        intent = r.choice([i for i in intents() if split != "values" or i == "introduce" or kind(i) != "smalltalk"])
    unseen_wording, unseen_value = split in ("wordings", "held"), split in ("values", "held")
    template = wording(r, intent, unseen_wording)
    if split == "values" and kind(intent) != "smalltalk" and not re.search(r"\{(name|account|card|phone|amount)\}", template):
        template = f"{r.choice(INTRODUCTIONS)} {template}"  # otherwise nothing in it would be unseen
    else:
        template = decorate(r, template, intent)
    text, redacted, held = fill(r, template, unseen_value, private)
    return Question(intent, text, redacted, held)


def spoken_question(r: random.Random, split: str = "train") -> str:
    return spoken(question(r, split).text)


def article(r: random.Random | None, intent: str, unseen: bool = False) -> tuple[str, str]:
    """(text, answer) of a help article; its number is the sample's own without `r`, otherwise random."""
    source = ARTICLE_WORDINGS[intent]
    number = source["value"]
    if r:
        number = r.choice([c for c in COUNTS if (stable_hash(f"{intent} {c}") % 5 == 0) == unseen or c == number and not unseen])
    return source["text"].replace("{n}", number), source["answer"].replace("{n}", number)


def fact_answer(intent: str, facts: dict) -> str:
    """One or two sentences from the facts at hand, or the refusal."""
    if intent not in facts:
        return REFUSAL
    v, get = facts[intent], facts.get
    second = None
    if intent == "name":
        first, second = f"the account is under the name {v}.", "account" in facts and f"the account number is {get('account')}."
    elif intent == "plan":
        first, second = f"you are on the {v} plan.", "price" in facts and f"it costs {get('price')} per month."
    elif intent == "price":
        first, second = f"your plan costs {v} per month.", "plan" in facts and f"you are on the {get('plan')} plan."
    elif intent == "balance":
        first, second = f"your balance is {v}.", "due" in facts and f"it is due on {get('due')}."
    elif intent == "due":
        first, second = f"your payment is due on {v}.", "fee" in facts and f"after that there is a late fee of {get('fee')}."
    elif intent == "account":
        first, second = f"your account number is {v}.", "name" in facts and f"it is under the name {get('name')}."
    elif intent == "data":
        first, second = f"you have {v} of data left.", "plan" in facts and f"you are on the {get('plan')} plan."
    elif intent == "card":
        first, second = f"we have the card ending in {v}.", "due" in facts and f"it will be charged on {get('due')}."
    elif intent == "order":
        first, second = f"your order was {v}.", ORDER_STATES[v.split()[0]]
    elif intent == "visit":
        first, second = f"the technician will visit on {v}.", "please be at home."
    elif intent == "store":
        first, second = f"the nearest store is at {v}.", "it is open from nine to five."
    else:
        first, second = f"the late fee is {v}.", "due" in facts and f"you can pay without it until {get('due')}."
    return f"{first} {second}" if second else first


def smalltalk_answer(intent: str, name: str | None) -> str:
    source = SMALLTALK_WORDINGS[intent]
    return source["named"].replace("{name}", name) if name else source["answer"]


def reply(r: random.Random, split: str = "train") -> str:
    """A written answer with its values in clear, as the voice has to say it."""
    unseen = split in ("values", "held")
    x = r.random()
    if x < .55:
        intent = r.choice(list(FACT_WORDINGS))
        keys = {intent, *r.sample(list(FACT_LABELS), 4)}
        return fact_answer(intent, {k: value(r, k, unseen) for k in sorted(keys)})
    if x < .8:
        return article(r, r.choice(list(ARTICLE_WORDINGS)), unseen)[1]
    if x < .83:
        return REFUSAL
    return smalltalk_answer(r.choice(list(SMALLTALK_WORDINGS)), value(r, "name", unseen) if r.random() < .5 else None)


def spoken_reply(r: random.Random, split: str = "train") -> str:
    return spoken(reply(r, split))


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Every spoken word of the domain, sorted: questions of both splits, values, numbers, answers, articles."""
    texts = [*POLITE, *ENDINGS, *INTRODUCTIONS, *COUNTS, *NUMBER_WORDS, *CITIES, *DAYS, *MONTHS, *PLANS, *FIRST_NAMES, *LAST_NAMES, *STREETS,
             *STREET_KINDS, *ORDER_STATES, *ORDER_STATES.values(), *FACT_LABELS.values(), REFUSAL, "dollar dollars cent cents and gigabytes a m p at in on"]
    for intent in intents():
        for split in wordings(intent).values():
            for templates in split.values():
                texts += templates
    for source in (*ARTICLE_WORDINGS.values(), *SMALLTALK_WORDINGS.values()):
        texts += [source["answer"], source.get("named", "")] + ([source["text"]] if source in ARTICLE_WORDINGS.values() else [])
    every_fact = {k: "shipped" if k == "order" else "" for k in FACT_LABELS}
    texts += [fact_answer(k, every_fact) for k in FACT_LABELS]
    return tuple(sorted({w for t in texts for w in spoken(re.sub(r"\{\w+\}", " ", t)).split()}))


if __name__ == "__main__":
    rng = random.Random(0)
    print(len(vocabulary()), "words")
    for i in intents():
        w = wordings(i)
        print(f"{i:13}", {s: sum(map(len, f.values())) for s, f in w.items()}, "whole lines", len(w["train"]["ask"]), "+", len(w["held"]["starred"]))
    for s in ("train", "values", "wordings", "held"):
        print(s, *(f"\n   {spoken_question(rng, s)}" for _ in range(6)))
    print("replies", *(f"\n   {reply(rng)} = {spoken_reply(rng)}" for _ in range(6)))
    print(cardinal(199), "|", spoken("$49.99 due march 3 at 9 am, i am 456123"))
