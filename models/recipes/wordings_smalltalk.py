"""Small talk: how customers say it and what the agent answers (same notation as `wordings_facts`).

`answer` is used when the customer's name is not known, `named` when it is.
"""

SMALLTALK_WORDINGS = {
    "greet": {
        "text": "The caller says hello.",
        "answer": "hello, this is your customer line. how can i help you?", "named": "hello {name}, how can i help you?",
        "ask": ["hello", "hi", "hi there", "hello there", "good (morning|afternoon|evening|day)", "hello (good|) morning", "hey", "hey there", "hello (can you hear me|is somebody there|is anybody there)", "greetings",
                "hello again", "hi again", "good morning to you", "*hello good afternoon", "*hey hello", "*hi good evening"],
    },
    "introduce": {
        "text": "The caller says who they are or gives a number.",
        "answer": "thank you. how can i help you?", "named": "thank you {name}. how can i help you?",
        "ask": ["my name is {name}", "this is {name}", "i am {name}", "hello (this is|i am|my name is) {name}", "my account number is {account}", "the account is {account}", "my account is {account}", "my card ends in {card}", "it is {name} (here|)", "{name} speaking", "you are speaking (to|with) {name}",
                "hi my name is {name}", "my phone number is {phone}", "my number is {phone}", "the card ends in {card}", "my card number ends in {card}", "*good morning this is {name}", "*hello i am called {name}", "*the number of the account is {account}"],
    },
    "howareyou": {
        "text": "The caller asks how the agent is.",
        "answer": "i am fine, thank you. how can i help you?", "named": "i am fine, thank you. how can i help you?",
        "ask": ["how are you", "how are you (today|doing|doing today)", "how do you do", "are you (well|okay|fine)", "how is it going", "how is your day", "hello how are you", "hi how are you", "is everything okay with you", "how do you feel", "what's up",
                "*how is your day going", "*are you doing well", "*hello how are you doing"],
    },
    "whoareyou": {
        "text": "The caller asks who or what the agent is.",
        "answer": "i am the voice of your customer line. i am a computer.", "named": "i am the voice of your customer line. i am a computer.",
        "ask": ["who are you", "what are you", "are you (a computer|real|a person|human|a machine)", "what is your name", "what's your name", "do you have a name", "am i (talking|speaking) to a (computer|machine|person)", "who am i (talking|speaking) to", "are you alive", "who made you", "is this a (computer|machine)",
                "*am i speaking to a real person", "*what should i call you", "*are you a real human"],
    },
    "whatcanyoudo": {
        "text": "The caller asks what the agent can do.",
        "answer": "i can tell you about your account and your bill. i can also help with your phone and internet.", "named": "i can tell you about your account and your bill. i can also help with your phone and internet.",
        "ask": ["what can you do", "what can you (help me with|do for me|tell me)", "how can you help (me|)", "can you help me", "i need help", "help", "help me please", "i have a question", "what can i ask (you|)", "what do you know", "i need (some|your) help", "can i ask you something", "what can i do here", "how does this work", "i don't know what to ask",
                "*what are you able to do", "*can i ask you a question", "*what things can you help with"],
    },
    "thanks": {
        "text": "The caller says thank you.",
        "answer": "you are welcome. is there anything else?", "named": "you are welcome, {name}. is there anything else?",
        "ask": ["thank you", "thanks", "thanks a lot", "thank you (very|so) much", "many thanks", "great thank you", "okay thanks", "thank you for (your|the) help", "thanks for (your|the) help", "that (was|is) (very|) helpful", "that helps", "perfect thank you", "great", "perfect", "very good", "you are (great|very kind|very helpful)", "okay great",
                "*that is great thanks", "*thanks so much for your help", "*wonderful thank you"],
    },
    "goodbye": {
        "text": "The caller says goodbye.",
        "answer": "goodbye, have a nice day.", "named": "goodbye {name}, have a nice day.",
        "ask": ["goodbye", "bye", "bye bye", "that is all", "that was all", "that's all", "see you", "have a (nice|good) day", "no that is all", "nothing else", "i have no more questions", "no more questions", "okay goodbye", "okay bye", "good night", "thank you goodbye", "thanks bye", "no thank you goodbye", "no thank you", "i am done",
                "*that is all i need", "*no thank you that is all", "*goodbye and have a nice day"],
    },
    "human": {
        "text": "The caller wants to speak to a person.",
        "answer": "i am sorry, everybody is busy. please call again between nine and five.", "named": "i am sorry, everybody is busy. please call again between nine and five.",
        "ask": ["can i (speak|talk) to (a person|a human|somebody|an agent|someone|a real person)", "i want to (speak|talk) to (a person|a human|somebody|an agent|someone|your manager)", "let me (speak|talk) to (a person|a human|somebody|an agent|someone)", "(agent|operator|human) please", "connect me (to|with) (a person|an agent|somebody|a human)", "give me (a person|a human|an agent|the manager)", "i need (a person|a human|an agent|to speak to somebody)",
                "is there a person (there|i can speak to)", "transfer me to (an agent|a person|somebody)", "i don't want to talk to a (computer|machine)", "where is the manager", "*put me through to an agent", "*i would like to talk to a human", "*could i speak to your manager"],
    },
    "offtopic": {
        "text": "The caller asks about something else.",
        "answer": "i am sorry, i can only help with your account. what would you like to know?", "named": "i am sorry, i can only help with your account. what would you like to know?",
        "ask": ["what is the weather (today|like|in {city}|like in {city})", "tell me a (joke|story)", "who won the game", "what time is it", "what day is (it|today)", "(play|sing) (me|) (some music|a song)", "will it rain (today|on {day})", "what is the capital of the country", "do you like music", "how old are you", "where are you from", "i am hungry", "i am (bored|tired)",
                "what is the news (today|)", "tell me something (funny|nice)", "can you sing", "do you love me", "order me a taxi", "book (me|) a taxi", "who is the president", "*is it going to rain in {city}", "*can you tell me a joke", "*what should i eat today"],
    },
}
