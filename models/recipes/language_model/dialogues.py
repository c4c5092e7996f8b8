"""Redacted dialogues in the shape the chain feeds to the language model (see ../../language-model/PROMPT.md)."""

import collections
import functools
import random
from dataclasses import dataclass

import domain
from wordings_fresh import FRESH

UNSEEN = ("values", "held", "fresh")  # splits with unseen values; "fresh" has questions from `wordings_fresh`
PLACEHOLDERS = [f"[{kind}_{i}]" for kind, count in (("name", 3), ("account", 3), ("card", 3), ("phone", 2)) for i in range(1, count + 1)]
BILLING_FACTS = [k for k in domain.FACT_LABELS if k not in domain.SUPPORT_FACTS]


@dataclass(frozen=True)
class Turn:
    question: str
    answer: str
    kind: str     # the intent, "refusal" where the fact is absent
    graded: bool  # false: conversation memory from another system turn, no loss


@dataclass(frozen=True)
class Dialogue:
    system: str
    turns: list


def system_turn(agent: str, facts: dict, article: str | None) -> str:
    lines = [f"agent: {agent}"]
    if facts:
        lines += ["facts:", *(f"{domain.FACT_LABELS[k]}: {v}" for k, v in facts.items())]
    if article:
        lines.append(f"article: {article.lower()}")
    return "\n".join(lines)


def prompt(system: str, turns: list) -> str:
    """ChatML up to and including the header of the answer to the last turn's question."""
    text = f"<|im_start|>system\n{system}<|im_end|>\n"
    for turn in turns[:-1]:
        text += f"<|im_start|>user\n{turn.question}<|im_end|>\n<|im_start|>assistant\n{turn.answer}<|im_end|>\n"
    return text + f"<|im_start|>user\n{turns[-1].question}<|im_end|>\n<|im_start|>assistant\n"


@functools.cache
def _common_words() -> frozenset:
    """Words that a third of the intents use: hearing one wrong does not change what is asked."""
    spread = collections.Counter()
    for intent in domain.intents():
        spread.update({w for form in domain.wordings(intent)["train"].values() for t in form for w in t.split()})
    return frozenset(w for w, n in spread.items() if n >= 11)


def misheard(r: random.Random, text: str) -> str:
    """Sometimes one common word missing or replaced, as a recognizer does it."""
    words = text.split()
    places = [i for i, w in enumerate(words) if w in _common_words()]
    if len(words) < 4 or not places or r.random() > .2:
        return text
    place = r.choice(places)
    words[place:place + 1] = [] if r.random() < .6 else [r.choice(sorted(_common_words()))]
    return " ".join(words)


class _Customer:
    def __init__(self, r, split):
        self.r, self.split = r, split
        self.values = {k: domain.value(r, k, split in UNSEEN) for k in domain.FACT_LABELS}
        self.private = {}
        for k in ("name", "account", "card"):
            placeholder = f"[{k}_{r.choices([1, 2, 3], [7, 2, 1])[0]}]"
            self.private[placeholder] = self.values[k]
            self.values[k] = placeholder

    def facts(self, keys):
        return {k: self.values[k] for k in keys}

    def ask(self, intent):
        if self.split == "fresh" and intent in FRESH:
            return self.r.choice(FRESH[intent])
        split = {"values": "train", "held": "wordings", "fresh": "wordings"}.get(self.split, self.split)  # placeholders: no unseen values in questions
        text = domain.question(self.r, split, intent, self.private).redacted
        return misheard(self.r, text) if self.split == "train" else text


def _context(r, split):
    """(agent, fact keys in order, article intent or None, article text, article answer)"""
    agent = r.choices(["billing", "support", "smalltalk"], [50, 36, 14])[0]
    if agent == "smalltalk":
        return agent, ["name"] if r.random() < .6 else [], None, None, None
    if agent == "billing":
        pool = BILLING_FACTS if r.random() < .8 else list(domain.FACT_LABELS)
        return agent, r.sample(pool, r.randint(3, 5)), None, None, None
    keys = r.sample([*domain.SUPPORT_FACTS, *domain.SUPPORT_FACTS, "name", "data", "plan"], r.choice([0, 1, 1, 2, 2]))
    keys = list(dict.fromkeys(keys))
    intent = r.choice(list(domain.ARTICLE_WORDINGS)) if not keys or r.random() < .85 else None
    return (agent, keys, intent, *(domain.article(r, intent, split in UNSEEN) if intent else (None, None)))


def _turn(r, customer, context, graded=True):
    agent, keys, article, _, article_answer = context
    facts, x = customer.facts(keys), r.random()
    if agent == "smalltalk" or x < .06:
        intent = r.choice(list(domain.SMALLTALK_WORDINGS))
        return Turn(customer.ask(intent), domain.smalltalk_answer(intent, facts.get("name")), intent, graded)
    if article and (x < .7 or not keys and x < .9):
        return Turn(customer.ask(article), article_answer, article, graded)
    if x > .86 or not keys:
        intent = r.choice([k for k in domain.FACT_LABELS if k not in keys])
        return Turn(customer.ask(intent), domain.REFUSAL, "refusal", graded)
    intent = r.choice(keys)
    return Turn(customer.ask(intent), domain.fact_answer(intent, facts), intent, graded)


def dialogue(r: random.Random, split: str = "train", history: int | None = None) -> Dialogue:
    """One system turn and one to four question turns; a quarter starts with turns of another agent's context.
    `history` fixes how many turns come before the last."""
    customer, context = _Customer(r, split), _context(r, split)
    total = r.choice([2, 3, 4, 4]) if history is None else history + 1
    foreign = r.randint(0, total - 1) if r.random() < .25 else 0
    turns = [_turn(r, customer, _context(r, split), False) for _ in range(foreign)]
    turns += [_turn(r, customer, context) for _ in range(total - foreign)]
    return Dialogue(system_turn(context[0], customer.facts(context[1]), context[3]), turns)


if __name__ == "__main__":
    rng = random.Random(3)
    for _ in range(4):
        d = dialogue(rng)
        print(prompt(d.system, d.turns) + d.turns[-1].answer + "\n---")
