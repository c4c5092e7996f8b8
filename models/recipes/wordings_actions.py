"""How customers ask for another plan, and how they confirm or refuse it (same notation as `wordings_facts`).

Only the language model uses these. A plan is named in full, with its number: without one the question is about the article on upgrades.
"""

from expansion import expand, stable_hash
from wordings_smalltalk import SMALLTALK_WORDINGS

ACTION_WORDINGS = {
    "change": [
        "(change|switch|move) (me|my plan|my account|us) to {plan}", "(change|switch|move) (me|my plan) to the {plan} plan", "(i want|i would like|i'd like|i need) the {plan} plan",
        "(i want|i would like|i'd like|i need) to (change|switch|move|go) to {plan}", "(i want|i would like) to (change|switch|move|go) to the {plan} plan",
        "(i want|i would like|i'd like) to (change|switch) my plan to {plan}", "(put|set) me on (the {plan} plan|{plan})", "give me (the {plan} plan|{plan})",
        "(can|could) you (change|switch|move) (me|my plan) to (the {plan} plan|{plan})", "(can|could) i (change|switch|move|go) to (the {plan} plan|{plan})",
        "(can|could) i (have|get) (the {plan} plan|{plan})", "(can|could) you (put|set) me on (the {plan} plan|{plan})", "(make it|change it to|switch it to) {plan}",
        "let me (have|change to|switch to) (the {plan} plan|{plan})", "i (choose|take|will take|pick) (the {plan} plan|{plan})", "upgrade (me|my plan) to (the {plan} plan|{plan})",
        "(i want|i would like) {plan} (instead|from now on)", "my (new|next) plan should be {plan}", "change (the|my) plan to {plan}", "i (decided|have decided) on {plan}",
        "set my plan to {plan}", "(book|order) (the {plan} plan|{plan}) for me", "{plan} is the plan i want", "i want my plan to be {plan}",
        "*i would rather have the {plan} plan", "*could you please move us over to {plan}", "*i'd like to be on the {plan} plan", "*swap my plan for {plan}", "*sign me up for {plan}",
        "*let's go with {plan}", "*please make my plan {plan}", "*is it possible to switch me to {plan}",
    ],
    "correct": [  # instead of confirming: another plan
        "no {plan}", "no (make it|change it to|i want|i meant|i said|i would like|i need) {plan}", "no (not that one|wait|sorry) (i want|i meant|make it) {plan}", "(actually|sorry) (i want|i meant|make it) {plan}",
        "no the {plan} plan", "i (meant|said) {plan}", "(better|rather) {plan}", "*no i was asking for {plan}", "*no let's do {plan}", "*sorry i was thinking of {plan}",
    ],
    "yes": [
        "yes", "yes please", "yes (i do|do it|do that|that is right|that's right|of course|sure|go ahead|thank you|thanks)", "yeah", "yeah (please|sure|do it|go ahead)", "yes yes", "sure", "sure (please|do it|go ahead|why not)",
        "okay", "okay (do it|yes|please|go ahead)", "go ahead", "(please|) do it", "do that", "do that please", "that is right", "that's right", "that is correct", "correct", "right", "of course", "exactly", "i do", "please do",
        "yes i (want|do want|would like) (that|it|to)", "please (go ahead|change it|do that)", "go ahead please", "i confirm", "i agree", "change it", "absolutely", "(yes|yeah|sure|okay|right) that is (fine|good|perfect|right|okay|correct)", "that is (good|fine|great|okay|perfect)",
        "(yes|yeah|okay|sure) (let's do that|you can do that|you may|make the change|change the plan|switch it|i would like that|i want that|that one|now|today)", "(great|perfect|fine|good|wonderful) (do it|go ahead|yes|please)",
        "(i would|i'd) (like|love) that", "why not", "make the change", "(you|we) can do that", "that is what i (meant|asked for|said)", "no problem do it", "definitely", "yes (change it|i am sure|i confirm)", "i am sure",
        "*yes that would be great", "*please go on and do that", "*yes that is what i want", "*sure thing", "*okay let's do it", "*yes you can change it", "*yep",
    ],
    "no": [
        "no", "no thanks", "no thank you", "no (i don't|don't|do not|not now|not today|wait|stop|sorry|please don't|i do not|not yet)", "not now", "not yet", "(please|) don't", "don't do (it|that)", "do not do (it|that)", "stop", "wait",
        "i don't want (that|it|to)", "i changed my mind", "never mind", "leave it", "leave it as it is", "keep (my|the) (old|current) plan", "cancel (that|it)", "forget it", "i am not sure", "i have to think about it", "let me think about it",
        "no keep (it as it is|my plan)", "i would rather not", "better not", "nope", "no (that is wrong|that's wrong|that is not right|i changed my mind|leave it)", "that is not what i want", "(no|nope|sorry) (keep the plan i have|i want to keep mine|it was a mistake|i did not say that|leave everything as it is|i do not want that|this is wrong|that was wrong)",
        "i want to keep (my plan|what i have|the old one)", "that was a mistake", "i (did|do) not want that", "do nothing", "(please|) leave everything (as it is|alone)", "(maybe|perhaps) (later|another time|not)", "i'd rather (keep my plan|wait|think first)",
        "(please|) keep (everything|it) (as it is|the same)", "no i am not sure",
        "*no that is not what i meant", "*i need more time", "*rather not", "*no forget about it", "*please leave my plan alone", "*hold on not yet", "*no don't change anything",
    ],
}
_MORE_SMALLTALK = {  # beyond `wordings_smalltalk`, whose lists the recognizer and the embedder were trained on
    "greet": ["(hello|hi|hey) (you|everyone|friend|sir|madam)", "(hello|hi) (is this|am i at) (the customer line|customer service|support)", "(hello|hi) (do you hear me|are you listening|are you there|anyone there)", "nice to (meet|hear) you", "good (morning|evening|afternoon) (sir|madam|everyone|there)", "(hi|hello) good (day|evening)", "(hello|hi) (it's|it is) me", "hi (hello|hey)"],
    "howareyou": ["how are (things|you doing|you feeling)", "(hey|hi|so) how are you", "how (have you been|was your day|are you this morning|do you feel today)", "are you (good|alright|happy|having a good day)", "is your day (good|going well|nice)", "i hope you are (well|fine|good)", "how's (it going|your day|everything|life)"],
    "whoareyou": ["(tell me|say|do you know) (who|what) you are", "(who|what) is (this|speaking|talking|there)", "are you (an actual person|a bot|some machine|a recording|a program|artificial|a woman|a man)", "(may|can) i (ask|know) your name", "(who|what) (exactly|really) are you", "is (this|that) a (recording|robot|person|human)", "do i (talk|speak) to a (robot|program|machine)", "(what|which) (kind of|sort of) (machine|thing|agent) are you", "do you (live|breathe|sleep|eat)"],
    "whatcanyoudo": ["(what|how) (could|would|will) you (help|do for) me", "(tell|show) me what you (can do|do|know|offer)", "(please|can you|could you|would you) (help|assist) (me|us)", "(what|which) (questions|topics) (can you answer|do you know|do you understand)", "i (would like|want) (some|your) help", "i (have|got) (some|a few|two) questions", "what is (this line|this service|it) (for|about)", "(what are my options|give me some options|what do you offer)", "i am (lost|confused) (here|)", "(may|could) i ask (something|you something|a question)"],
    "thanks": ["(thank you|thanks) (again|for that|for everything|my friend|a million|indeed)", "(good|nice|lovely|excellent|super|fantastic|brilliant) (thanks|thank you)", "(that|it|this) is (good|nice|fine|all right|perfect|excellent|lovely) (thanks|thank you|)", "(i|we) (appreciate|thank you for) (it|that|this)", "(very|so) (kind|nice|helpful|good) of you", "(good|nice|well|great) (job|work|done)", "(okay|alright|right|fine) (thanks|thank you) (a lot|very much|)", "(excellent|super|fantastic|brilliant|lovely)"],
    "goodbye": ["(goodbye|bye) (now|then|for now|and thanks|and thank you)", "(see|talk to|speak to) you (later|soon|again|tomorrow)", "(have|enjoy) (a|your) (good|nice|great|lovely) (evening|night|weekend|afternoon|morning)", "(that|this) (is|was) (everything|it)", "(that's|that is) it (for now|for today|thanks|)", "i (have to|must|need to) (go|leave|hang up) (now|)", "(i am|i'm|we are) (finished|done here|ready to go)", "(nothing|no questions) (more|further)", "take care", "until next time", "(that will|that'll) be all"],
    "human": ["(is|are) there (a human|any people|somebody real|someone else) (here|there|i can talk to)", "i (prefer|would rather have|would prefer) (a human|a person|somebody|an agent)", "(get|find|call) me (a person|a human|an agent|the boss|somebody)", "(pass|hand) me (on|over) to (a person|a human|a colleague|someone)", "i (need|want) (a real person|the boss|your boss|a supervisor|a colleague)", "i (don't|do not) (like|want) (computers|machines|robots)", "may i (speak|talk) (to|with) (a person|someone|a manager|a supervisor)", "(stop|enough) i want (a person|a human|someone real)"],
    "offtopic": ["what (is|was) (the score|the best film|your favorite color|the meaning of life|for lunch|on television|the date|the temperature)", "(where|when) is (the next bus|the train|the concert|the game|the party|easter)", "(can|could|will) you (cook|dance|swim|drive|read me a book|call my mother|buy me a car|sell me a house|wake me up|do my homework|help me cook)", "(tell|give) me (a recipe|some advice|a poem|the time|the date|the score|some news|a fact)", "(how|what) do i (cook|bake|make) (rice|bread|a cake|dinner|soup)", "(how|where) (far|big|old|high) is (the moon|the sun|the sea|a mountain|paris|london)", "(who|what) (wrote|made|invented) (that book|the song|the telephone|football|this film)", "do you (play|watch|like|know) (football|chess|films|books|dogs|cats|pizza|games)", "(my|the) (dog|cat|car|child|neighbor) is (ill|sick|hungry|loud|broken)", "i (like|hate|love|want|need) (pizza|rain|dogs|music|holidays|a car|a beer|new shoes)", "(is it|will it be) (cold|warm|sunny|windy|hot) (today|tomorrow|outside|)", "(find|book|reserve) (me|) (a hotel|a flight|a table|a doctor|a ticket)"],
}
FRESH_ACTIONS = {
    "change": ["i've made up my mind and want {plan} please", "get me onto {plan}", "would you be able to transfer my contract to {plan}"],
    "correct": ["oh no that's wrong it should be {plan}", "no way i wanted {plan}"],
    "yes": ["yes that sounds good", "perfect go for it", "fine by me"],
    "no": ["hmm no let me keep what i've got", "oh no please don't touch it", "on second thought no"],
}


def _split(lines):
    every = list(dict.fromkeys(w for line in lines if line[0] != "*" for w in expand(line)))
    held = [w for w in every if len(w.split()) > 2 and stable_hash("wording " + w) % 8 == 0]
    starred = [line[1:] for line in lines if line[0] == "*"]
    return {"train": [w for w in every if w not in held], "held": held, "starred": starred}


_SPLITS = {intent: _split(lines) for intent, lines in ACTION_WORDINGS.items()}


def action_wording(r, intent, split):
    """`split`: "train", "wordings" (half of them whole unseen lines) or "fresh"."""
    if split == "fresh":
        return r.choice(FRESH_ACTIONS[intent])
    lists = _SPLITS[intent]
    if split == "train":
        return r.choice(lists["train"])
    return r.choice(lists["starred"] if r.random() < .5 or not lists["held"] else lists["held"])


def _more():
    """The further wordings, without those that the shared lists have, held out or not."""
    shared = {i: {w for line in SMALLTALK_WORDINGS[i]["ask"] for w in expand(line.lstrip("*"))} for i in SMALLTALK_WORDINGS}
    return {i: sorted({w for line in lines for w in expand(line)} - shared[i]) for i, lines in _MORE_SMALLTALK.items()}


MORE_SMALLTALK = _more()
