"""How customers ask for the twelve facts of their account.

Each intent has three lists. `ask` holds whole questions, `noun` holds noun phrases that follow an opener such as
"tell me", and `clause` holds embedded questions that follow "do you know". "(a|b)" means a choice and "(a|)" an
optional part. A line that starts with "*" is never trained on: it belongs to the held-out wordings.
"""

FACT_WORDINGS = {
    "name": {
        "ask": [
            "(what is|what's) my name", "(what|which) name is on (my|the) account", "whose name is (on the account|on my account|on the bill|on file)",
            "(whose|which) account is this", "is my name on (the|this) account", "is this account in my name", "under (which|what) name is (my|the|this) account",
            "(what|which) name is (the|my|this) account under", "who does this account belong to", "who is this account for", "do you have my name",
            "(what|which) name do you (have|see) (on file|there|on the account)", "do you know (who i am|my name)", "who am i", "(what|which) name do i have on (file|the account)",
            "can you (read|say) my name", "who is the (owner|holder) of (this|the|my) account", "who is the owner", "is the account under my name",
            "what do you call me", "who owns (this|the|my) account", "can you tell me the name on file",
            "*what name do you have for me", "*who is the account holder", "*in whose name is the account", "*what is the name you have on file", "*who is on this account",
        ],
        "noun": ["my name", "the name on (my|the|this) account", "the name on file", "the name of the account (holder|owner)", "the name you have", "the account (holder|owner)", "the name on my (bill|profile)", "the holder of the account"],
        "clause": ["whose name is on the account", "(what|which) name is on (my|the) account", "who (owns|has) this account", "(what|which) name you have (for me|on file|there)", "what my name is", "who the account (holder|owner) is"],
    },
    "plan": {
        "ask": [
            "(what|which) plan am i on", "(what|which) plan do i have", "(what|which) plan is (this|mine|on my account)", "(what is|what's) my (current|) plan", "what (kind|type) of plan (do i have|am i on)",
            "am i on the {planname} plan", "do i have the {planname} plan", "what plan did i (buy|choose|take)", "(what|which) plan do i pay for", "(what is|what's) my plan called", "(what is|what's) the name of my plan",
            "which contract do i have", "(what|which) (contract|package) am i on", "do you see my plan", "what plan do you have for me", "on (what|which) plan am i", "which package do i have", "is my plan the {planname} plan", "check my plan",
            "*can you check what plan i have", "*my plan please", "*which of the plans am i on", "*what is the plan on my account", "*what did i choose for a plan",
        ],
        "noun": ["my plan", "my current plan", "the plan i am on", "the plan i have", "the name of my plan", "the plan on (my|the|this) account", "my (phone|mobile) plan", "my package"],
        "clause": ["(what|which) plan i am on", "(what|which) plan i have", "what my (current|) plan is", "what (kind|type) of plan (i have|this is)", "what my plan is called", "(what|which) package i have"],
    },
    "price": {
        "ask": [
            "how much is (my|the) plan", "(what is|what's) (my|the) monthly price", "what do i pay (each|every|per|a) month", "how much do i pay (each|every|per|a) month", "how much does (my|the) (plan|contract|package) cost",
            "what does (the|my) (contract|package) cost", "what does it cost (each|every|per|a) month", "(what is|what's) the price of my (plan|contract|package)", "(what is|what's) my monthly (cost|charge|payment|rate)", "how much is it (each|every|per|a) month",
            "what do you charge me (each|every|per|a) month", "how much do you (charge|take) (each|every|per|a) month", "how much (is|does) my plan cost me", "how much money do i pay (each|every) month", "what am i paying (each|every|per|a) month",
            "how (expensive|much) is my plan (each|every|per|a) month", "what will my plan cost me", "how much am i paying for my plan", "what do i have to pay for my plan", "what is the monthly cost of my plan", "how expensive is my (plan|contract|package)",
            "*what does my plan cost", "*tell me the monthly price", "*how much does my plan cost per month", "*what am i charged each month", "*what is the cost of my plan",
        ],
        "noun": ["my monthly price", "the monthly (price|cost|charge|rate)", "my monthly (cost|charge|payment|rate)", "the price of my (plan|contract|package)", "the cost of my (contract|package)", "the price i pay (each|every) month", "the monthly price of my plan"],
        "clause": ["how much my plan (is|costs)", "what my plan costs", "what i pay (each|every|per|a) month", "how much i pay (each|every|per|a) month", "what my monthly (price|cost|charge|rate) is", "how expensive my plan is", "how much you charge me (each|every) month"],
    },
    "balance": {
        "ask": [
            "(what is|what's) my (current|) balance", "how much do i owe (you|)", "what do i owe (you|)", "do i owe (you|) (anything|any money|something)", "how much money do i owe (you|)", "(what is|what's) (my|the) open balance",
            "how much is (open|still open) on my account", "how much do i (still|) have to pay", "how much do i still (owe|need to pay)", "(what is|what's) the balance (on|of) my account", "(what is|what's) the amount i owe", "what amount do i owe",
            "how much is my (bill|balance)", "how high is my (bill|balance)", "what is on my bill", "is there anything left to pay", "is there something to pay", "do i have (an open|a) balance", "have i paid everything", "did i pay everything",
            "how much is my bill this month", "what do i have to pay (you|now)", "is my bill paid", "what is left to pay on my (bill|account)", "(read|check) my balance", "how much money is open", "are there any open bills", "do i have open bills",
            "*can you check my balance", "*how much is left to pay", "*what is the total i owe", "*how much is open on my bill", "*do i still owe you money",
        ],
        "noun": ["my balance", "my current balance", "my account balance", "the balance (on|of) my account", "the amount i owe", "my open balance", "what i owe", "my (open|current) bill", "the (total|amount) (of|on) my bill", "the total to pay"],
        "clause": ["how much i owe (you|)", "what i owe (you|)", "what my (current|) balance is", "how much my (bill|balance) is", "how much i (still|) have to pay", "how much is open", "if i owe (you|) (anything|money)", "if i have paid everything"],
    },
    "due": {
        "ask": [
            "when is my (payment|bill|balance) due", "(what is|what's) (the|my) due date", "when do i (have|need) to pay", "when must i pay", "when should i pay", "by when do i have to pay", "by what date do i (have|need) to pay", "(what is|what's) (the|my) payment date",
            "what day is my (payment|bill) due", "on (what|which) (day|date) is my (payment|bill) due", "(what|which) date is my (payment|bill) due", "until when can i pay", "how long do i have to pay", "how much time do i have to pay",
            "when is the (payment|bill|money) due", "when will (my card be charged|you charge me)", "when do you (charge|take) the money", "is my (payment|bill) due (today|this week|soon|on {day})", "when is it due", "and when is it due", "(what is|what's) the last day to pay",
            "when is the next (payment|bill)", "when is my next (payment|bill)", "when do you need the (money|payment)", "when does my (payment|bill) have to be paid", "what is the date of my next payment", "do i have to pay (today|this week|soon)", "when should my bill be paid",
            "*by when do i need to pay", "*tell me the payment date", "*what is the date my bill is due", "*when is the last day i can pay", "*on what day do i have to pay",
        ],
        "noun": ["my due date", "the due date", "the due date of my (bill|payment)", "my payment date", "the date my (payment|bill) is due", "the day i have to pay", "the date of my next payment", "the last day to pay", "my next payment date"],
        "clause": ["when my (payment|bill|balance) is due", "when i (have|need) to pay", "by when i (have|need) to pay", "when i must pay", "until when i can pay", "what the due date is", "(what|which) day my (payment|bill) is due", "when the bill is due", "when my next payment is"],
    },
    "account": {
        "ask": [
            "(what is|what's) my account number", "can you read (me|) my account number", "i need my account number", "i (lost|forgot) my account number", "i (can't|can not) find my account number", "i don't have my account number", "i do not know my account number",
            "do you have my account number", "which account number do i have", "which number is my account", "(what is|what's) the number of my account", "where is my account number", "read (me|) my account number", "what number does my account have",
            "(what is|what's) my customer number", "which (account|customer) number do you have", "(what|which) number do you have for my account", "say my account number", "i need the number of my account", "i need my customer number", "my account number please",
            "can i have my account number", "could i get my account number", "can i get the number of my account", "help me find my account number",
            "*give me the account number", "*account number please", "*which account number is mine", "*what number is on my account", "*i have lost the number of my account",
        ],
        "noun": ["my account number", "the account number", "the number of my account", "my customer number", "the number on my account", "the number for my account", "the digits of my account number"],
        "clause": ["what my account number is", "which account number (i have|is mine)", "what the number of my account is", "what my customer number is", "which number my account has"],
    },
    "data": {
        "ask": [
            "how much data (do i have|have i got) left", "how much data is (still|) left", "what data do i have left", "how many gigabytes (do i have|have i got) left", "how many gigabytes do i (still|) have", "how much data do i (still|) have", "how much internet do i have left",
            "how much (data|internet) (can i still|may i still) use", "is there (any|some) data left", "do i have (any|some|enough) data left", "do i still have (data|gigabytes)", "did i use (all my data|up my data)", "have i used all my data", "how much data did i use",
            "how much mobile data (do i have left|is left)", "how much of my data is left", "am i out of data", "am i (running|) low on data", "(what is|what's) left of my data", "how many gigabytes can i still use", "what is my data balance", "how much data remains", "how many gigabytes remain",
            "when will my data run out", "how much data is left (on my plan|this month)", "check my (mobile|remaining) data", "how many more gigabytes can i use",
            "*how many gigabytes are left", "*check my data please", "*is any of my data left", "*how much of my mobile data remains", "*do i have gigabytes left this month",
        ],
        "noun": ["my data left", "my data", "the data i have left", "my remaining (data|gigabytes)", "the gigabytes i have left", "my mobile data", "my data balance", "the rest of my data"],
        "clause": ["how much data i have left", "how much data is (still|) left", "how many gigabytes i (still|) have (left|)", "if i have (any|some|enough) data left", "how much data i can (still|) use", "how much (data|internet) remains", "if i am out of data"],
    },
    "card": {
        "ask": [
            "(what|which) card do you have on file", "(what|which) card is on file", "(what|which) card do i pay with", "(what|which) card is used for my (bill|payments|account)", "(what|which) card do you (use|charge)", "(what|which) card did i give you", "which of my cards do you (have|use|charge)",
            "do you have my card", "do you have a card (on file|for me)", "is my card on file", "is there a card on (file|my account)", "which card will (be charged|you charge|pay my bill)", "how do i pay", "what do i pay with", "(what|which) card pays (my|the) bill",
            "what are the last digits of the card (on file|you have)", "what does my card end in", "(what|which) digits does my card end in", "which payment card do (i|you) have", "what payment card is (used|on file)", "which card is (saved|stored)", "which card did i (save|use)",
            "what is the card (on file|on my account)", "is the right card on my account", "how is my bill paid", "from which card do you take the money", "which card is my bill paid with",
            "*what are the last digits of my card", "*which card is on my account", "*what card am i paying with", "*which card do you take the money from", "*what is my card ending in",
        ],
        "noun": ["my card", "my payment card", "the card on file", "the card (on|for) my account", "the card you (have|use|charge)", "the card i pay with", "the last digits of (my|the) card (on file|)", "the end of my card number", "the payment card on file"],
        "clause": ["(what|which) card (you have|is) on file", "(what|which) card i pay with", "which card you (charge|use|have)", "what my card ends in", "which card is used (for my bill|)", "if you have my card", "which card will be charged"],
    },
    "order": {
        "ask": [
            "where is my order", "(what is|what's) (my|the) order status", "has my order (shipped|arrived|left|been sent|been shipped)", "did (my order ship|you send my order|you ship my order)", "when (will|does) my order (arrive|come|get here|ship)", "when do i get my order", "where is my (package|phone|delivery|new phone)",
            "has my (package|delivery) (shipped|arrived|left|been sent)", "(what is|what's) the status of my (order|delivery)", "is my order (on the way|ready|late|delayed|lost)", "what happened to my order", "(what is|what's) happening with my order", "how is my order doing", "is there (any|some) news (on|about) my order",
            "my order (has not arrived|did not arrive|did not come|is late|is missing)", "i am (still|) waiting for my (order|delivery)", "i have not received my order", "did my order arrive", "can you find my order", "i ordered a phone where is it", "i ordered something and it did not come", "(track|check|find) my order",
            "can i track my order", "why is my order (late|delayed|not here)", "when was my order (sent|shipped)",
            "*can you check my order", "*any news on my order", "*what is going on with my order", "*is the order i made on the way", "*did my delivery leave yet",
        ],
        "noun": ["my order", "my order status", "the status of my order", "the order status", "my delivery", "the status of my (delivery|package)", "the order i (made|placed)", "the phone i ordered", "news (on|about) my order"],
        "clause": ["where my (order|delivery) is", "when my order (arrives|comes|ships|will arrive)", "if my order (has shipped|has arrived|is on the way|was sent)", "what happened to my order", "what the status of my order is", "why my order is (late|delayed)"],
    },
    "visit": {
        "ask": [
            "when is my technician visit", "when does the (technician|engineer) (come|arrive|visit)", "when is the (technician|engineer) (coming|visiting|due)", "what time is (my|the) visit", "what time does the (technician|engineer) (come|arrive)", "when will the (technician|engineer) (come|arrive|visit|visit me)",
            "(what|which) day is (my|the) (visit|appointment)", "(what|which) day does the (technician|engineer) come", "when is my appointment", "what time is my appointment", "do i have an appointment", "do i have a (visit|technician visit)", "is (a|the) (technician|engineer) coming (today|this week|on {day}|)",
            "is somebody coming to (fix|repair) (it|my line|the internet)", "when is somebody coming", "when do you come to (fix|repair) (it|my line)", "when will you send (a|the) (technician|engineer)", "when can the technician come", "when are you coming", "the (technician|engineer) did not come",
            "i am waiting for the (technician|engineer)", "when is the visit", "is my visit (today|this week|soon|on {day})", "did you book (a|my) (visit|technician)", "when is my visit booked", "where is the technician", "is the technician on the way",
            "*tell me about my technician visit", "*when will the technician be here", "*at what time is the engineer coming", "*what day is the technician coming", "*when should i be home for the technician",
        ],
        "noun": ["my technician visit", "my visit", "the technician visit", "my (appointment|technician appointment)", "the time of (my|the) visit", "the day of (my|the) visit", "the visit of the (technician|engineer)", "my technician", "the date of my visit"],
        "clause": ["when the (technician|engineer) (comes|arrives|is coming|will come)", "when my (visit|appointment) is", "what time my (visit|appointment) is", "(what|which) day the (technician|engineer) comes", "if (a|the) (technician|engineer) is coming", "what time the technician comes"],
    },
    "store": {
        "ask": [
            "where is (the|your|my) (nearest|closest) (store|shop)", "which (store|shop) is (near|close to|nearest to|closest to) me", "(what is|what's) the (nearest|closest) (store|shop)", "(is|are) there (a|any) (shop|shops|stores) (near|close to) (me|here)", "where can i (visit|get to) a (store|shop)", "where are (your|the) (stores|shops)",
            "where is your (store|shop)", "do you have a (store|shop) (near me|near here|here|in {city}|in my city)", "how do i (find|get to) (a|the|your) (store|shop)", "what is the address of (the|your) (store|shop)", "which (store|shop) should i (go to|visit)", "where is the next (store|shop)",
            "i want to (visit|go to|come to) a (store|shop)", "i am looking for a (store|shop)", "where do i (go|come) to (see|meet) you", "can i come to a (store|shop)", "is there a (store|shop) in {city}", "find (me|) a (store|shop)", "find the (nearest|closest) (store|shop)", "how far is the (nearest|closest|next) (store|shop)",
            "where do i find your (store|shop)", "where can i (see|meet) somebody in person",
            "*where can i find a store", "*is there a store near me", "*which is the closest shop", "*where is a store i can go to", "*what is your nearest store",
        ],
        "noun": ["the nearest (store|shop)", "the closest (store|shop)", "your nearest (store|shop)", "the address of (the|your) (store|shop)", "a (store|shop) near me", "the (store|shop) near me", "your stores", "the store address"],
        "clause": ["where the (nearest|closest) (store|shop) is", "where i can find (a|your) shop", "which (store|shop) is near me", "where your (store|shop) is", "if there is a (store|shop) near (me|here)", "where the next (store|shop) is"],
    },
    "fee": {
        "ask": [
            "(what is|what's) (the|your|my) late fee", "how much is (the|your|my) late fee", "what if i pay (late|too late)", "do i (have to|) pay a late fee", "is there a (late fee|fee for late payment|charge for paying late)", "how much is the (fee|charge) (for|if i am) (late|paying late)", "what does it cost to pay late",
            "what do i pay if i am late", "what happens when i pay (late|too late)", "what happens if (my payment is late|i forget to pay|i don't pay|i do not pay on time|i miss the due date|i am late)", "what if (i forget to pay|i miss the due date|my payment is late|i don't pay|i am late)", "how high is the late fee",
            "do you charge (a fee|extra|more) (for late payment|if i pay late|if i am late)", "will i be charged (for|if i am) paying late", "how much do you charge (for a late payment|if i pay late|if i am late)", "how much extra do i pay if i am late", "is there a fee when i pay late", "what does a late payment cost",
            "what fee do i pay (if i am late|for a late payment)", "is it bad if i pay late", "how much (is|costs) a late payment",
            "*what happens if i pay late", "*tell me the late fee", "*is there an extra charge for late payment", "*what will it cost me if i pay too late", "*how much is the fee when i forget to pay",
        ],
        "noun": ["the late fee", "your late fee", "my late fee", "the fee for (late payment|paying late)", "the charge for (late payment|paying late)", "the late payment (fee|charge)", "the cost of a late payment", "paying late"],
        "clause": ["(what|how much) the late fee is", "what happens (if|when) (my payment is late|i am late|i forget to pay)", "if there is a late fee", "how much you charge for a late payment", "what i pay if i am late", "how high the late fee is"],
    },
}
