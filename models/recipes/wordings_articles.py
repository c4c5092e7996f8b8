"""The twelve help articles and how customers ask for them (same notation as `wordings_facts`).

`text` is what the knowledge base says and `answer` what the agent should say; {n} is a number word, so that a model
has to read the article instead of remembering it. `value` is the number the sample's own knowledge base uses.
"""

ARTICLE_WORDINGS = {
    "roam": {
        "text": "Roaming abroad is charged {n} dollars per day and must be switched on before you travel.", "value": "three",
        "answer": "roaming costs {n} dollars per day. please switch it on before you travel.",
        "ask": [
            "can i use my phone (abroad|in {city}|in other countries|in another country|on holiday|when i travel)", "how do i (switch|turn) on roaming", "what does roaming cost", "how much is roaming", "how much does roaming cost (per day|a day|)", "do i have roaming", "is roaming (on|free|expensive)",
            "i am travelling (next week|soon|abroad|to {city}) will my phone work", "i am (flying|going|travelling) to {city} (soon|next week|) (can i use my phone|will my phone work|does my plan work there)", "will my phone work (abroad|in {city}|in other countries|on holiday)", "does my (phone|plan|sim card|data) work (abroad|in {city}|in another country|on holiday)",
            "i (am going|go) abroad (soon|next week|on {day})", "(switch|turn) on roaming (for me|)", "i need roaming (for my holiday|in {city}|)", "what do i pay abroad", "how much do calls cost abroad", "using my data abroad", "my phone abroad", "can i call from {city}", "i am on holiday and my phone does not work",
            "*does it work in other countries", "*using my phone on holiday", "*what does it cost to use my phone abroad", "*will i have internet when i travel to {city}", "*i want to use my phone in another country",
        ],
        "noun": ["roaming", "roaming abroad", "using my phone abroad", "the cost of roaming", "roaming in {city}", "travelling with my phone"],
        "clause": ["if my phone works abroad", "how (roaming works|to switch on roaming|to turn on roaming)", "what roaming costs", "if i can use my phone (abroad|on holiday|in {city})"],
    },
    "cancel": {
        "text": "You can cancel your contract with {n} weeks notice. After the first year there is no charge.", "value": "four",
        "answer": "you can cancel with {n} weeks notice. there is no charge after the first year.",
        "ask": [
            "i want to (cancel|end|stop) my (contract|plan|account)", "how do i (cancel|end|stop) my (contract|plan|account)", "can i cancel (my contract|my plan|now|today)", "how much notice (do i need|do i have to give|must i give) (to cancel|)", "is there a (charge|fee) (to cancel|for cancelling|if i cancel)", "cancel my (contract|plan|account)",
            "i would like to (cancel|end|close) my (contract|plan|account)", "i want to leave you", "i am leaving (you|your company)", "how can i leave", "what happens if i cancel", "what does it cost to cancel", "when can i (cancel|leave|end my contract)", "how long is my contract", "when does my contract end", "please (cancel|close) my (account|contract|plan)",
            "i (don't|do not) want (my|this) (contract|plan) any more", "i want out of my contract", "get me out of this contract", "how do i close my account", "how long before i can cancel", "is it free to cancel",
            "*close my account please", "*i want to leave", "*how do i get out of my contract", "*what notice must i give to end my plan", "*do you charge me if i cancel",
        ],
        "noun": ["cancelling", "cancelling my (contract|plan|account)", "ending my contract", "the notice (to cancel|for cancelling)", "leaving", "closing my account", "the end of my contract"],
        "clause": ["how (i can cancel|to cancel|to end my contract|to close my account)", "if i can (cancel|leave)", "when i can (cancel|leave)", "how much notice you need", "if there is a charge to cancel"],
    },
    "refund": {
        "text": "Refunds go back to the original payment card within {n} working days.", "value": "five",
        "answer": "the refund goes back to your card. it takes {n} working days.",
        "ask": [
            "when do i get (my|a|the) (refund|money back)", "i want (my money back|a refund)", "how long does (a|the|my) refund take", "where does (the|my) refund go", "i was charged (twice|too much|two times|by mistake)", "i was charged {amount} (twice|too much|by mistake|for nothing)", "i paid {amount} (twice|too much|by mistake)", "you (charged|took) {amount} (twice|too much|by mistake|from my card)",
            "give me (a|my) refund", "can i (get|have) (a refund|my money back)", "i need a refund (of {amount}|for {amount}|)", "there is a wrong charge (of {amount}|on my bill|on my card)", "my bill is wrong", "(the|my) bill is too high", "you charged me (twice|too much)", "you charged my card (twice|by mistake)", "i paid (twice|too much)",
            "i did not (buy|order) this", "why was i charged (twice|{amount})", "how do i get (my money back|a refund)", "where is my (refund|money)", "when is my refund coming", "i want my {amount} back", "pay me back", "please (refund|return) my money", "my refund has not arrived", "a charge of {amount} is wrong",
            "*i was charged twice", "*give me a refund for the wrong charge", "*when will i have my money back", "*i want you to pay me back {amount}", "*you took the money two times",
        ],
        "noun": ["my refund", "a refund", "a refund (of {amount}|for {amount})", "a wrong charge (of {amount}|)", "my money back", "a charge of {amount}", "the status of my refund", "a mistake on my bill"],
        "clause": ["when i get my (refund|money back)", "how long a refund takes", "how (to get a refund|i get my money back)", "where my refund (is|goes)", "why i was charged (twice|too much|{amount})"],
    },
    "sim": {
        "text": "A lost or broken sim card is replaced free of charge at any store. It works after {n} minutes.", "value": "ten",
        "answer": "you can get a new sim card at any store for free. it works after {n} minutes.",
        "ask": [
            "my sim (card|) (is|seems) (broken|damaged|lost|dead)", "my sim (card|) (does not|doesn't) work", "i (lost|broke) my sim (card|)", "i (can't|can not) find my sim (card|)", "how do i get a new sim (card|)", "how can i (replace|change) my sim (card|)", "(replace|change) my sim (card|)", "i need (a new|another) sim (card|)", "can i have a new sim (card|)",
            "where do i get a (new|) sim card", "what does a new sim card cost", "is a new sim card free", "how much is a new sim card", "my phone (can't|does not) (see|find|read) the sim", "my phone does not (see|read) my sim card", "there is no sim in my phone", "send me a new sim card", "i want to replace my sim", "the sim stopped working", "my sim card stopped working",
            "the sim card fell out", "i broke the sim card of my phone", "my new phone needs another sim",
            "*my phone says no sim", "*the sim does not work any more", "*can you replace a broken sim", "*where can i change my sim card", "*how do i replace a lost sim",
        ],
        "noun": ["a new sim card", "my sim card", "my (broken|lost) sim (card|)", "a sim replacement", "a sim card that does not work", "the price of a new sim", "my sim"],
        "clause": ["how (to replace my sim|i get a new sim card|to get a new sim)", "where i get a new sim (card|)", "why my sim does not work", "if a new sim is free", "what a new sim card costs"],
    },
    "router": {
        "text": "If the internet is slow or down, restart the router and wait {n} minutes. If it is still slow, we send a technician.", "value": "two",
        "answer": "please restart the router and wait {n} minutes. if it is still slow, we send a technician.",
        "ask": [
            "my (internet|wifi|connection|broadband) is (slow|down|very slow|not working|bad|dead)", "the (internet|wifi|connection|broadband) (does not|doesn't) work", "how do i restart (the|my) router", "the (connection|internet|wifi) keeps (dropping|stopping)", "why is (the|my) (internet|wifi|connection|broadband) (slow|so slow|down|bad)", "i have no (internet|wifi|connection)",
            "there is no (internet|wifi|connection)", "i (can't|can not) (get|go) online", "i (lost|have lost) my (internet|connection|wifi)", "(my|the) router (does not|doesn't) work", "(my|the) router is (broken|off|down|dead|slow)", "the router light is red", "why is there no (internet|wifi)", "what can i do (about|with) (the slow internet|slow wifi|my router)",
            "help my (internet|wifi) is (down|slow|dead)", "fix my (internet|wifi|connection|router)", "the (internet|wifi) stopped working", "pages load very slow", "everything (online|) is so slow", "the wifi is bad at home", "my computer (has no internet|can't get online)", "restart my router", "something is wrong with my (internet|wifi|router|connection)",
            "*my broadband is down", "*why is the internet not working", "*the wifi at home keeps dropping", "*i can not connect to the internet", "*my connection is so slow today",
        ],
        "noun": ["my (internet|wifi|router|connection|broadband)", "my slow (internet|wifi|connection)", "the router", "restarting (my|the) router", "a problem with (my|the) (internet|wifi|router|connection)", "a bad connection"],
        "clause": ["how to (restart the router|fix my internet|fix the wifi)", "why (the|my) (internet|wifi|connection) is (slow|so slow|down)", "what to do about slow internet", "why i have no internet"],
    },
    "password": {
        "text": "Reset your password with the link we send to your email address. The link works for {n} hours.", "value": "six",
        "answer": "we send you an email with a link to reset your password. the link works for {n} hours.",
        "ask": [
            "i (forgot|lost|don't know|do not know) my password", "how do i (reset|change|get) (my|a new) password", "i (can't|can not) (log in|sign in|get into my account)", "(reset|change) my password", "i need a new password", "my password (does not|doesn't) work", "my password is (wrong|lost|not working)", "i want to (change|reset) my password",
            "(the|my) (login|password) (does not|doesn't) work", "i am locked out", "my account is locked", "how can i (log in|sign in)", "how do i (log in|sign in) (again|)", "i have a problem with my (login|password)", "send me (a new password|the link|the password link)", "where is the password link", "i did not get the (link|email|password email)",
            "my login is wrong", "the website (says|tells me) my password is wrong", "help me (log in|sign in)", "i (can't|can not) remember my password", "what is my password", "can you (reset|change) my password",
            "*my login does not work", "*locked out of my account", "*i can not remember my login", "*how do i get a link for a new password", "*the password i use is wrong",
        ],
        "noun": ["my password", "a new password", "my login", "resetting my password", "a password reset", "a link to reset my password", "my lost password", "a problem with my login"],
        "clause": ["how (to reset my password|to change my password|i log in|to log in)", "why (my password|my login) does not work", "why i (can't|can not) log in", "what my password is"],
    },
    "address": {
        "text": "Change your address in the profile at least {n} days before the next bill is printed.", "value": "four",
        "answer": "please change your address in the profile. do it {n} days before the next bill.",
        "ask": [
            "i (moved|am moving) (house|home|to {city}|to a new house|soon|)", "i have moved (house|to {city}|)", "(change|update|correct) my (home|) address", "update my (home|) address", "my address (is wrong|has changed|changed|is not right|is old)", "send (the|my) (bill|bills) to (a|my) new address", "how do i (change|update) my (home|) address", "can i (change|update) my address",
            "i have a new address", "you have (the wrong|my old) address", "i want to (change|update) my address", "i need to (change|update) my address", "where (do|can) i (change|update) my address", "(the|my) bill (goes|went|came) to (the wrong|my old) address", "i live (in {city}|in a new house|somewhere else) now", "we (moved|are moving) to {city}",
            "i will move (next week|soon|to {city}|on {day})", "my (street|house) has changed", "this is not my address any more", "i got a new house", "use my new address",
            "*i moved house", "*i have a new home", "*how can you update where i live", "*we live at a new address now", "*the address you have is old",
        ],
        "noun": ["my (new|) address", "my home address", "a new address", "changing my address", "moving (house|home|to {city})", "a change of address", "an address change"],
        "clause": ["how (to change|to update|i change) my address", "where (i|to) change my address", "if i can change my address", "why my address is wrong"],
    },
    "upgrade": {
        "text": "You can upgrade to a bigger plan at any time and pay only the difference. The new plan starts within {n} hours.", "value": "two",
        "answer": "you can upgrade at any time and pay only the difference. the new plan starts within {n} hours.",
        "ask": [
            "i want (a bigger|a better|another|a faster|the {planname}) plan", "how do i (upgrade|change my plan|get a bigger plan|get the {planname} plan)", "upgrade (my plan|me|me to {planname}|my plan to {planname})", "i need more data (every month|each month|on my plan)", "(move|switch|change) me to (a better|a bigger|the {planname}) plan", "can i (upgrade|change my plan|have a bigger plan)",
            "change my plan (to {planname}|)", "i want to (upgrade|change my plan|switch to {planname}|change to {planname})", "my plan is too small", "i would like (a bigger|a better|the {planname}) plan", "can i (move|switch|change) to (a bigger|a better|the {planname}) plan", "i want more (data|gigabytes) every month", "is there a (bigger|better|faster) plan", "what (bigger|better) plans (are there|do you have)",
            "what does (an upgrade|the {planname} plan|a bigger plan) cost", "how much is (an upgrade|the {planname} plan|a bigger plan)", "when can i upgrade", "give me (a bigger|a better|the {planname}) plan", "i need a (bigger|better|faster) plan", "i want more from my plan", "can i get more data every month", "which plan has more data",
            "*what does it cost to upgrade", "*move me to a better plan", "*how can i switch to a bigger plan", "*is it possible to get more data each month", "*put me on the {planname} plan",
        ],
        "noun": ["an upgrade", "a bigger plan", "a better plan", "upgrading (my plan|)", "the {planname} plan", "more data every month", "changing my plan", "a faster plan"],
        "clause": ["how (to upgrade|i can upgrade|to change my plan|to get a bigger plan)", "if i can (upgrade|have a bigger plan|change my plan)", "what an upgrade costs", "when i can upgrade", "if there is a (bigger|better) plan"],
    },
    "family": {
        "text": "Up to {n} family members can be added to an account with a shared data pool.", "value": "five",
        "answer": "you can add up to {n} family members. they share the data on your account.",
        "ask": [
            "add my (wife|husband|son|daughter|family|kids|mother|father) (to my account|to my plan|)", "can i add (a family member|my wife|my husband|my son|my daughter|my family|my kids|somebody|my mother|my father) (to my account|to my plan|)", "(share|can i share|how do i share) data with my (kids|family|wife|husband|son|daughter)", "how do i add (a line|a second line|my son|my daughter|my family|a family member|my wife)",
            "i want to add (my wife|my husband|my son|my daughter|a family member|a second line|another line)", "i need (a second|another) line", "a (second|new) line for my (wife|husband|daughter|kids|mother|father)", "how many (people|family members|lines) can i (add|have)", "can my (wife|husband|son|daughter|family|kids) use my (data|plan)", "can we share (data|a plan|my plan)", "is there a plan for families",
            "a plan for (the whole family|my family|my kids)", "my (wife|husband|son|daughter) needs a (line|phone|plan)", "a phone for my (son|daughter|kids|mother|father)", "i want to share (my data|my plan) (with my family|)", "how does data sharing work", "can the family share data", "another line on my account please",
            "*how do we share one plan", "*a second line for my son", "*put my daughter on my plan", "*can my kids share the data", "*i want my family on my account",
        ],
        "noun": ["family members", "adding (my wife|my son|a family member|a second line|my family)", "a second line", "sharing data", "sharing my (data|plan) with my family", "the shared data", "another line for my (wife|son|daughter|husband)"],
        "clause": ["how (to add my wife|to add a family member|to share data|i add a second line)", "if i can (add my son|add a line|share my data)", "how many family members i can add", "if my kids can use my data"],
    },
    "paper": {
        "text": "Paper bills cost {n} dollars each while email bills are free.", "value": "two",
        "answer": "paper bills cost {n} dollars each. email bills are free.",
        "ask": [
            "do you charge for (a paper bill|paper bills|bills by post|paper)", "(send|can you send) (my|the) (bill|bills) by (email|post)", "stop (sending|the) paper (bills|bill)", "i want my (bill|bills) (by post|by email|on paper|online)", "how do i get (an email|a paper|an online) bill", "(electronic|email|online|paper) (bill|bills) please", "how much is a paper bill", "what does a paper bill cost",
            "are (email|online) bills free", "is (the|a) (email|paper) bill free", "can i (get|have) my bill (by email|by post|on paper|online)", "i (don't|do not) want paper (bills|any more)", "no more paper bills", "why do i pay for (paper|the paper bill|my bill)", "switch (me|my bill) to email", "switch to (email|online|electronic) bills", "i want to (get|have) (email|paper|electronic) bills", "please email my bill",
            "i get too much paper", "mail me the bill", "email me the bill", "i need the bill on paper",
            "*stop sending paper", "*electronic billing please", "*what do you charge to send a bill by post", "*i want to have the bill in my email", "*are bills on paper free",
        ],
        "noun": ["paper bills", "email bills", "a paper bill", "the price of a paper bill", "electronic bills", "my bill by (email|post)", "getting my bill (by email|on paper)", "online bills"],
        "clause": ["how (to get|i get) (an email bill|my bill by email|a paper bill)", "what a paper bill costs", "if (email|paper) bills are free", "if you charge for paper", "how to stop paper bills"],
    },
    "block": {
        "text": "Report a stolen phone at once and we block the line within {n} minutes.", "value": "three",
        "answer": "we are sorry to hear that. we block your line within {n} minutes.",
        "ask": [
            "my phone (was|is|has been|got) stolen", "(block|lock|suspend|stop) my (number|line|phone)", "(somebody|someone) (took|stole|has) my phone", "how do i (report|block) (a|my) (stolen|lost) phone", "i (lost|can't find|can not find|have lost) my phone", "i want to (block|report) my (phone|number|line)", "my phone is (gone|missing|lost)", "i need to block my (phone|number|line)",
            "please block my (phone|number|line)", "can you (block|lock|suspend) my (phone|number|line)", "i left my phone (in a taxi|in {city}|on the train|somewhere)", "report (a|my) (stolen|lost|missing) phone", "they (stole|took) my phone", "(a|my) phone is stolen", "stop all calls from my phone", "i think my phone was (stolen|taken)", "somebody is using my (phone|number)", "a thief took my phone",
            "what do i do if my phone is (stolen|lost|gone)", "how fast can you block my phone", "what if my phone is stolen",
            "*suspend my line please", "*i lost my phone block it", "*someone stole the phone i have", "*can you stop my number my phone is gone", "*i want to report that my phone is missing",
        ],
        "noun": ["my stolen phone", "a stolen phone", "my (lost|missing) phone", "blocking my (phone|line|number)", "a lost phone", "reporting a stolen phone"],
        "clause": ["how (to block|i block) my (phone|line|number)", "how to report a stolen phone", "what to do with a stolen phone", "if you can block my (phone|line|number)", "who took my phone"],
    },
    "port": {
        "text": "You can keep your number when you switch to us using a transfer code. The transfer takes {n} days.", "value": "three",
        "answer": "yes, you can keep your number with a transfer code. it takes {n} days.",
        "ask": [
            "can i keep my (old|phone|) number", "how do i (transfer|move|bring|keep|take) my (old|phone|) number", "(bring|transfer|move|take) my (old|) number to you", "i need a transfer code", "i want to keep my (old|phone|) number", "what is a transfer code", "where do i get (a|the) transfer code", "how long does (the|a|my) (transfer|number transfer) take", "can i (bring|transfer|move|take) my (old|phone|) number",
            "switch (from another company|to you) with (the same|my old) number", "do i get a new number", "will my number change", "will i (lose|keep) my (old|) number", "i (am coming|come|want to come|want to switch) from another company", "keep my (old|phone|same) number", "i want the same number", "what happens to my (old|) number", "do i have to change my number", "can my number stay the same",
            "my old company gave me a (transfer|) code", "i have a transfer code", "how do i switch to you and keep my number", "is my number transferred yet", "when is my number (moved|transferred)",
            "*switch from another company with the same number", "*move my old number over", "*i would like to take my number with me", "*is it possible to keep the number i have", "*how can i get the transfer code",
        ],
        "noun": ["a transfer code", "my transfer code", "a number transfer", "keeping my (old|) number", "moving my (old|) number to you", "the transfer of my number", "my old number"],
        "clause": ["how (to keep|to transfer|i transfer|to move|i keep) my (old|) number", "if i can keep my (old|) number", "how long the transfer takes", "where i get a transfer code", "if my number will change"],
    },
}
