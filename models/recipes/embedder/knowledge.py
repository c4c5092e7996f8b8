"""The sample's knowledge base and demo customers: python3 -m embedder.knowledge writes them into the sample."""

import json
import re
from pathlib import Path

import domain
from embedder.wordpiece import pieces

DATA = Path(__file__).resolve().parents[3] / "samples" / "VoiceAgent" / "Data"
QUESTIONS = 24
FACT_TEXTS = {
    "name": "The account holder name on the account.", "plan": "The plan the customer is on.", "price": "The monthly price of the plan, what it costs each month.",
    "balance": "The balance, the amount the customer owes.", "due": "The due date, when the next payment or bill must be paid.",
    "account": "The six digit account number of the customer.", "data": "Data left, the gigabytes that remain this month.",
    "card": "The payment card on file and its last digits.", "order": "The order status, whether an order was packed, shipped, delayed or delivered.",
    "visit": "The technician visit, the day and time of the appointment.", "store": "The nearest store and its address.",
    "fee": "The late fee that is charged when a bill is paid late.",
}
_EXAMPLES = {"name": "[name_1]", "account": "[account_1]", "card": "[card_1]", "phone": "[phone_1]", "amount": "$20", "planname": "gold", "city": "paris", "day": "monday"}


def text(intent: str) -> str:
    if intent in FACT_TEXTS:
        return FACT_TEXTS[intent]
    return domain.article(None, intent)[0] if domain.kind(intent) == "article" else domain.SMALLTALK_WORDINGS[intent]["text"]


def questions(intent: str) -> list[str]:
    """Up to `QUESTIONS` training wordings that share as few words as possible: each next one adds the most new words."""
    forms = domain.wordings(intent)["train"]
    nouns = [t for t in forms.get("noun", []) if t.startswith(("tell me about ", "what about ", "i need help with "))]
    clauses = [t for t in forms.get("clause", []) if t.startswith("do you know ")]
    left = list(dict.fromkeys(re.sub(r"\{(\w+)\}", lambda m: _EXAMPLES[m.group(1)], t) for t in [*forms["ask"], *clauses, *nouns]))
    chosen, seen = [], {}
    while left and len(chosen) < QUESTIONS:
        gain = lambda t: sum(1 / (1 + seen.get(w, 0)) ** 2 for w in pieces(t)) / len(pieces(t))
        best = max(left, key=lambda t: (gain(t), t))
        left.remove(best)
        chosen.append(best)
        for w in set(pieces(best)):
            seen[w] = seen.get(w, 0) + 1
    return chosen


def entries() -> list[dict]:
    result = []
    for intent in domain.intents():
        entry = {"id": intent, "agent": domain.agent(intent), "kind": domain.kind(intent)}
        if entry["kind"] == "fact":
            entry["label"] = domain.FACT_LABELS[intent]
        result.append({**entry, "text": text(intent), "questions": questions(intent)})
    return result


def accounts() -> list[dict]:
    """Three customers with every fact in clear, as a company would have them."""
    rows = [
        ("maria lopez", "gold 50", "$49.99", "$12.40", "march 3", "482915", "62 gigabytes", "4821", "shipped on march 12", "friday at 9 am in boston", "17 oak street", "$5.50"),
        ("kenji wright", "student 10", "$18.50", "$0.00", "june 21", "730264", "8 gigabytes", "9037", "delayed on june 2", "tuesday at 2 pm in denver", "124 river road", "$3.00"),
        ("olivia baker", "family 80", "$84.95", "$231.75", "november 9", "156308", "41 gigabytes", "6650", "delivered on october 27", "monday at 11 am in austin", "9 king avenue", "$12.50"),
    ]
    return [{"id": row[5], "facts": dict(zip(domain.FACT_LABELS.values(), row))} for row in rows]


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    for name, content in (("knowledge.json", entries()), ("accounts.json", accounts())):
        (DATA / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    print(len(entries()), "documents", sum(len(e["questions"]) for e in entries()), "questions")


if __name__ == "__main__":
    main()
