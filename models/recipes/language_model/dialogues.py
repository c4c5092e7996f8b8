"""Redacted dialogues with tool calls in the shape the chain feeds to the language model (see ../../language-model/PROMPT.md)."""

import collections
import functools
import random
from dataclasses import dataclass, replace

import domain
from language_model import tools
from wordings_actions import MORE_SMALLTALK, action_wording
from wordings_fresh import FRESH
from wordings_more import MORE_WORDINGS, STANDS_FOR

UNSEEN = ("values", "held", "fresh")  # splits with unseen values; "fresh" has questions from `wordings_fresh`
PLACEHOLDERS = [f"[{kind}_{i}]" for kind, count in (("name", 3), ("account", 3), ("card", 3), ("phone", 2)) for i in range(1, count + 1)]


@dataclass(frozen=True)
class Message:
    role: str
    text: str
    agent: str | None = None  # who writes it: what comes from the model
    graded: bool = True       # false: it stands in the history and is not to be learned


@dataclass(frozen=True)
class Turn:
    messages: list  # the question, then the model's messages and the results of its calls
    kind: str       # what was asked
    agent: str      # who has the conversation afterwards


@dataclass(frozen=True)
class Dialogue:
    name: str | None
    turns: list

    def messages(self):
        return [m for turn in self.turns for m in turn.messages]


def prompt(agent: str, name: str | None, messages: list) -> str:
    """ChatML up to and including the header of the model's next message."""
    text = f"<|im_start|>system\n{tools.system(agent, name)}<|im_end|>\n"
    return text + "".join(f"<|im_start|>{m.role}\n{m.text}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


@functools.cache
def _common_words() -> tuple:
    """Words that a third of the intents use: hearing one wrong does not change what is asked."""
    spread = collections.Counter()
    for intent in domain.intents():
        spread.update({w for form in domain.wordings(intent)["train"].values() for t in form for w in t.split()})
    return tuple(sorted(w for w, n in spread.items() if n >= 11))


def misheard(r: random.Random, text: str) -> str:
    """Sometimes one or two common words missing, replaced or too many, as a recognizer or a hesitant caller does it."""
    words = text.split()
    for _ in range(r.choices([0, 1, 2], [70, 22, 8])[0]):
        places = [i for i, w in enumerate(words) if w in _common_words()]
        if len(words) < 4 or not places:
            break
        place, x = r.choice(places), r.random()
        words[place:place + (x < .75)] = [] if x < .5 else [r.choice(_common_words())]
    return " ".join(words)


NEUTRAL = ("really just maybe actually because while before after then there here very quite soon always never again also only still already yet almost "
           "mother father wife husband brother sister friend neighbor boss dog cat garden house kitchen office school car bicycle train bus airport "
           "holiday weekend summer winter spring autumn year hour minute second morning evening night noon coffee tea lunch dinner water music "
           "picture letter paper pencil table window door street corner city village country river beach mountain red blue green yellow white black "
           "big small long short old young happy sad tired busy quiet loud early late near far left right first last other same different "
           "said think thought believe remember wonder hope guess mean try tried ask asked told heard saw looked found went came left called "
           "something anything everything nothing somebody everybody thing things way kind sort lot bit little few many much more less").split()
_ONSETS, _RHYMES = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl sp st t th tr v w z".split(), "ab ack ade ail ain all ame and ang ark ate ay eal ean eed een ell end ent est ick ide ight ill ime ine ing ink ip ock oke old ond ong ook oom oop ore orn ound out own ub uck ump un unk ush".split()


def stranger(r: random.Random) -> str:
    """A word that says nothing about the question, or no word at all: new words must be copied, and must not confuse."""
    x = r.random()
    if x < .45:
        return r.choice(NEUTRAL)
    if x < .6:
        return r.choice(domain.FIRST_NAMES + domain.LAST_NAMES + domain.CITIES + domain.MONTHS + domain.DAYS)
    return "".join(r.choice(_ONSETS) + r.choice(_RHYMES) for _ in range(r.choice([1, 1, 2])))


def wordy(r: random.Random, text: str) -> str:
    """Sometimes one to three strange words in a question of at least three."""
    words = text.split()
    if len(words) < 3 or r.random() > .3:
        return text
    for _ in range(r.choice([1, 1, 2, 3])):
        words.insert(r.randint(0, len(words)), stranger(r))
    return " ".join(words)


def blurred(r: random.Random, text: str) -> str:
    """Sometimes every word may be missing, whatever it says: no single word may decide."""
    words = text.split()
    if len(words) < 4 or r.random() > .3:
        return text
    kept = [w for w in words if r.random() > .15]
    return " ".join(kept) if len(kept) > 2 else text


def reworded(r: random.Random, text: str) -> str:
    """Sometimes other words for one or two."""
    words = text.split()
    places = [i for i, w in enumerate(words) if w in STANDS_FOR]
    if places and r.random() < .35:
        for place in r.sample(places, min(len(places), r.choice([1, 1, 2]))):
            words[place] = r.choice(STANDS_FOR[words[place]])
    return " ".join(words)


class _Customer:
    def __init__(self, r, split):
        self.r, self.split = r, split
        self.values = {k: domain.value(r, k, split in UNSEEN) for k in domain.FACT_LABELS}
        self.private, self.pending = {}, None  # `pending`: the plan that the caller was asked to confirm
        for k in ("name", "account", "card"):
            placeholder = f"[{k}_{r.choices([1, 2, 3], [7, 2, 1])[0]}]"
            self.private[placeholder] = self.values[k]
            self.values[k] = placeholder
        self.named = self.values["name"] if r.random() < .8 else None

    def ask(self, intent):
        if self.split == "fresh" and intent in FRESH:
            return self.r.choice(FRESH[intent])
        if self.split in ("train", "values") and intent in MORE_SMALLTALK and self.r.random() < .5:
            return self.r.choice(MORE_SMALLTALK[intent])
        if self.split == "train" and intent in MORE_WORDINGS and self.r.random() < .3:
            template = domain.decorate(self.r, self.r.choice(MORE_WORDINGS[intent]), intent)
            return wordy(self.r, misheard(self.r, blurred(self.r, reworded(self.r, domain.fill(self.r, template, False, self.private)[1]))))
        split = {"values": "train", "held": "wordings", "fresh": "wordings"}.get(self.split, self.split)  # placeholders: no unseen values in questions
        text = domain.question(self.r, split, intent, self.private).redacted
        return wordy(self.r, misheard(self.r, blurred(self.r, reworded(self.r, text)))) if self.split == "train" and domain.kind(intent) != "smalltalk" else text

    def act(self, intent, plan=None):
        text = action_wording(self.r, intent, {"values": "train", "held": "wordings"}.get(self.split, self.split))
        if intent == "change":
            text = domain.fill(self.r, domain.decorate(self.r, text.replace("{plan}", "PLAN"), "plan"), False, self.private)[1].replace("PLAN", "{plan}")
            text = wordy(self.r, misheard(self.r, text)) if self.split == "train" else text
        return text.replace("{plan}", plan) if plan else text


def _choose(r, agent, pending):
    """What the caller asks next."""
    if pending and (x := r.random()) < .85:
        return "yes" if x < .45 else "no" if x < .7 else "correct"
    x = r.random()
    own, other = (.42, .14) if agent == "billing" else (.16, .16)
    if x < own:
        return r.choice([k for k in domain.FACT_LABELS if domain.agent(k) == agent])
    if x < own + other:
        return r.choice([k for k in domain.FACT_LABELS if domain.agent(k) != agent])
    x = r.random()
    if agent == "billing":
        return "change" if x < .32 else r.choice(list(domain.ARTICLE_WORDINGS)) if x < .6 else r.choice(list(domain.SMALLTALK_WORDINGS))
    return "change" if x < .1 else r.choice(list(domain.ARTICLE_WORDINGS)) if x < .72 else r.choice(list(domain.SMALLTALK_WORDINGS))


def _turn(r, customer, agent, kind=None) -> Turn:
    kind = kind or _choose(r, agent, customer.pending)
    pending, customer.pending = customer.pending, None
    plan = domain.value(r, "plan", customer.split in UNSEEN) if kind in ("change", "correct") else pending
    question = customer.act(kind, plan) if kind in ("change", "correct", "yes", "no") else customer.ask(kind)
    messages = [Message("user", question)]
    say = lambda text, graded=True: messages.append(Message("assistant", text, agent, graded))
    answer = lambda text: messages.append(Message("user", tools.result(text)))
    home = "billing" if kind in ("change", "correct", "yes") else agent if kind == "no" else domain.agent(kind)
    if home not in ("smalltalk", agent):
        say(tools.call(f"transfer_to_{home}"))
        answer(tools.handed_over(home))
        agent = home
    x = r.random()
    broken = lambda tool: (answer(tools.failure(r, tool)), say(tools.BROKEN))
    if kind in domain.FACT_LABELS:
        account = next((w for w in question.split() if w.startswith("[account_")), None)
        say(tools.call("look_up_account", fact=domain.FACT_LABELS[kind], **({"account": account} if account else {})))
        if account and account != customer.values["account"]:
            answer(tools.FOREIGN), say("i am sorry, i can only speak about your own account.")
        elif x < .02:
            broken("look_up_account")
        elif x < .06:
            answer(tools.NOTHING), say(domain.REFUSAL)
        else:
            text, facts = tools.fact_result(kind, customer.values, r.random() < .9)
            answer(text), say(domain.fact_answer(kind, facts))
    elif kind in domain.ARTICLE_WORDINGS:
        say(tools.call("search_articles", query=question))
        if x < .02:
            broken("search_articles")
        elif x < .05:
            answer(tools.NOTHING), say(domain.REFUSAL)
        else:
            text, restated = domain.article(r, kind, customer.split in UNSEEN)
            answer(text.lower()), say(restated)
    elif kind in ("change", "correct"):
        customer.pending = plan
        if x < .05:
            say(tools.call("change_plan", plan=plan), False), answer(tools.UNCONFIRMED)
        say(f"do you want to change to the {plan} plan?")
    elif kind == "yes":
        say(tools.call("change_plan", plan=pending))
        if x < .03:
            broken("change_plan")
        elif x < .08:
            answer(tools.NO_PLAN), say("i am sorry, we do not have that plan.")
        else:
            answer(f"plan: {pending}"), say(f"you are now on the {pending} plan.")
    elif kind == "no":
        say("okay, your plan stays as it is. is there anything else?")
    else:
        say(domain.smalltalk_answer(kind, customer.named))
    return Turn(messages, kind, agent)


def _interrupted(r, turn):
    """An earlier turn whose answer was cut short: the model sees what was heard, or nothing of it."""
    last = turn.messages[-1]
    if r.random() < .3 and len(turn.messages) > 2:
        return replace(turn, messages=turn.messages[:-1])
    words = last.text.split(" ")
    cut = replace(last, text=" ".join(words[:r.randint(1, len(words))]), graded=False)
    return replace(turn, messages=[*turn.messages[:-1], cut])


def dialogue(r: random.Random, split: str = "train", history: int | None = None) -> Dialogue:
    """One to four turns. `history` fixes how many come before the last."""
    customer, agent, turns = _Customer(r, split), r.choice(["billing", "billing", "support"]), []
    total = r.choice([1, 2, 3, 3, 4]) if history is None else history + 1
    for index in range(total):
        turn = _turn(r, customer, agent)
        agent = turn.agent
        turns.append(_interrupted(r, turn) if index < total - 1 and r.random() < .03 and not customer.pending else turn)
    return Dialogue(customer.named, turns)


def rounds(d: Dialogue) -> list:
    """(prompt, the model's message) of each round of the last turn, by the agent that has the conversation in it."""
    messages, found = [m for turn in d.turns[:-1] for m in turn.messages], []
    for m in d.turns[-1].messages:
        if m.role == "assistant" and m.graded:
            found.append((prompt(m.agent, d.name, messages), m.text))
        messages.append(m)
    return found


def example(r: random.Random) -> tuple:
    """(agent, name, messages) to learn: what one of the agents wrote, in the dialogue as it sees it at the end."""
    d = dialogue(r)
    messages = d.messages()
    writers = [m.agent for m in messages if m.agent and m.graded]
    agent = writers[-1] if r.random() < .6 else r.choice(writers)
    end = max(i for i, m in enumerate(messages) if m.agent == agent and m.graded)
    return agent, d.name, [replace(m, graded=m.graded and m.agent == agent) for m in messages[:end + 1]]


if __name__ == "__main__":
    rng = random.Random(3)
    for _ in range(6):
        d = dialogue(rng)
        for text, wanted in rounds(d):
            print(text + wanted + "\n---")
