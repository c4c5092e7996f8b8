namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Nouns, verbs, adjectives and adverbs that people say after "i am", "this is" or "it's", or before "here" and "speaking". Many are
/// also surnames, so after "my name is" a capital letter outweighs them.
/// </summary>
static class ContentWords
{
    static readonly WordSet Words = new("""
        able absent absolute absolutely absurd abysmal acceptable accessible accident accountant accurate active actor actress
        actual addicted adult advance advantage adventure advice advisor affair affordable again age agency agenda aged ago agony
        agreement ahead aid air airline airport alarm alcohol alcoholic alert alive allergic allergy alone alongside alright
        alternative aluminum amateur amazing ambulance ambitious american amount ancient anemic anger animal announcement annual
        anonymous answer anxiety anxious anymore anyway anywhere apart apartment apology app apparent apparently appalled appalling
        appointment appreciate apprentice approach appropriate approval apt architect area argument arm army arrangement arrival
        arthritic article artist artistic asap ashamed asleep assault assembly assessment asset assignment assist assistance
        assistant associate asthmatic atrocious attack attempt attention attorney attractive auction audio audit aunt author
        authority auto automatic available average aware awake away awesome awkward baby bachelor backup backwards badly bag baggage
        baker bald ball ballet band bang bank banker bankrupt bar barely bargain base basic basically basis basketball bath bathroom
        battery battle beach bear beat beautiful beauty bedroom beer beginner beginning behavior belief bell belongs below belt
        bench beneficiary benefit best better beyond bicycle big biggest bigger bike bilingual billing binary biology bird birth
        birthday bit bite bitter bizarre black blackout blank blanket bleeding blind blocker blood blue board boat body boiling
        bonus book booking boot border borderline boring boss both bother bottle bottom bounced boundary box boy boyfriend brain
        brake branch brand brave bread break breakdown breakfast breath brewing brick bride bridge brief briefly bright brilliant
        broadband broke brother brown browser brutal bruised budget bug builder building bulk bump bundle burden burglary burn
        burning burnt bus busy butter button buyer buzzing cab cabin cable cake call caller calm camera camp campaign cancellation
        cancer candidate capable capacity capital car careful carefully career caregiver careless carer cargo carpenter carpet
        carrier cart case cash cashier castle casual cat catch category cause caution cautious ceiling celebration cell center
        central ceo certain certainly certificate chain chair challenge chance chaos chaotic chapter character chat cheap cheaper
        cheating checkout cheese chef chemist chest chicken chief child childless children chilly chocolate choice choose chronic
        church cigarette circle circumstance citizen city civil claim class classic classroom clean cleaner clear clearly clerk
        client clinic clock clone closed closely clothes cloud cloudy club clueless coach coast coat coding coffee coin colleague
        collection college color comedian comfortable comfort coming command comment commercial commission committed common
        community competent competition competitor complaint complete completely complex complicated component compromised computer
        concern condition conference confident confidential confirmation conflict confusion connected connection consent consequence
        conservative considerable constant constantly constipated consultant consumer contact content contest context continue
        contract contractor contrast control convenient conversation cook cookie cool coordinator copy core corner corporate
        corporation correction cost costly cough council counselor count counter country county couple courage courier course court
        cousin cover coverage coworker cozy crack craft crap crash crashed crazy cream creative credit crew crime criminal crisis
        critical criticism crop cross crowd crowded crucial cruel crush cry crystal culture cup cure current custody custom cut cute
        cycle dad daily damage damn damp dancer danger dangerous dark data database date dated daughter dead deadline deadly deaf
        deal dealer dear death debit debt decade deceased decent decision deck deductible deep deeply defect defective defendant
        deferred definite definitely degree delay delayed delicate delicious delighted demand dental dentist department dependent
        deposit depressed depression deputy desert design designer desk desperate desperately despite destination detail detective
        developer development devastated diabetes diabetic dialog different difficult difficulty digital dinner diploma direct
        direction directly director dirty disability disabled disappointing disaster discount discrimination disease disgrace
        disgraceful disgusted disgusting dish dispatcher display dispute distance distant distressed district disturbed divorced
        dizzy doctor document dog dollar domestic donation donor door double doubt doubtful downstairs downtown dozen draft drawer
        dream dress drink driver driving drop drowning drug drunk dry dual due dumb dust duty dyslexic dying eager ear early earth
        earlier ease easier easily east easy economic economy ecstatic edge edition editor education effect effective efficient
        effort eight eighteen eighteenth eighty elderly election electric electrical electrician electricity electronic element
        eleven eligible elsewhere embarrassed embarrassing emergency emotional emotion employed employee employer employment empty
        enough energy engaged engineer engineering enjoy enormous enrolled enterprise entertainment enthusiastic entire entirely
        entrance entrepreneur entry environment epileptic equal equipment error escalation escape especially essential establishment
        estate estimate ethical event eventually everybody everyone everything everywhere evidence evil exact exactly exam example
        excellent exception exceptional excess excessive exchange excited exciting exclusive excuse executive exempt exercise
        exhausted exhausting existing exit expat expectation expected expensive experience experienced expert explanation explicit
        express extension extra extraordinary extreme extremely eye face facility fact factor factory fail failure fair fairly faith
        fake fall false familiar family famous fan fantastic far fare farm farmer farther fashion fast faster fat fatal fate fault
        faulty favor favorite fear feature federal feeling fellow female fever fiance fiancee fiction field fifteen fifty fight
        figure file film filthy final finally finance financial fire fired fireman firm first firstly fit five fix flat flaw
        flexible flight flood floor florist flow flower flu fluent flying focus folder folk following food foolish foot football
        footage forbidden force foreign foreigner foreman forever forgetful form former fortunate fortunately forty forward foster
        foundation four fourteen fourth fox fraction fragile frame frank frankly fraud fraudster fraudulent free freedom freelance
        freelancer freezer freezing frequent frequently fresh freshman friday friendly frightened frightening front frozen fruit
        frustrated frustrating frustration full fully fun function fund fundamental funeral funny furious furniture further future
        gain gallery game gap garage garbage garden gas gate gay gear gender general generally generation generous genius gentle
        gentleman genuine genuinely gift giant gig girl girlfriend glass global gluten goal gold golden golf gone gorgeous
        government gradual graduate graduated graduation grammar grand grandfather grandma grandmother grandpa grandparent grandson
        granddaughter grant graphic grass grateful gray greedy green grey grief gross ground group grown growth guarantee guard
        guardian guess guest guide guilty guitar guy gym habit hair hairdresser half hall hand handicapped handle handy handyman
        happening happily harassment hard hardly hardware harm harsh hat hazard head headache headquarters health healthy heart
        hearing heartbroken heat heating heaven heavy heavily height helpdesk helpful helpless hell here hesitant hidden high higher
        highly hilarious hill hired historic historical history hit hobby hold holder hole homeless homeowner homesick honest
        honestly honor honored hopeful hopefully hopeless horrible horrified horror horse hospital hospitalized host hostile hotel
        hotspot hourly household housekeeper housewife housing hub huge human humble humid humiliated hundred hungover hunter hurry
        hurt hurting hysterical ice icon idea ideal identical identity idiot ignored ill illegal illness illiterate image imagine
        immediate immediately immigrant immune impatient imperfect import impossible impressed impression impressive inaccurate
        inappropriate inch incident included income incompetent incomplete inconvenient incredible incredibly indeed independent
        index individual indoor indoors industrial industry inexperienced infected infection infertile inflation info informal
        information injured injury inner innocent innovative insane insecure inspector installation instance instant instantly
        instead institute instruction instructor insulin insult insulted insurance insured integral intelligent intense interest
        interesting interim internal international interpreter interview intolerant introduction introvert invalid investigation
        investigator investment investor invisible invite invoice irate irritated irritating irresponsible item jail janitor jealous
        jet jewelry jetlagged job jobless joint joke journalist journey judge juice juggling junior junk jury just keen keeper key
        keyboard kid kidney killer kilo kind kindly king kitchen knee knowledge known lab labor lactose lack lady lake lame land
        landed landlord landscaper lane language laptop large largely late latest latter laugh laughable launch laundry law lawyer
        layer layout lazy lead leader league lean learner lease leave lecture lecturer ledger left leg legal legally legacy legend
        legit legitimate lesbian lesson letter level liability liable liberal librarian library license lie lifeguard life light
        lightly likely limit limited linear link lion liquid list listening literally literature little livid loan lobby local
        location lock lodger logged logic logical logo lonely long longer longtime loop loose lord loser loss loud loudly lousy love
        lovely lover low lower loyal luck luckily lucky ludicrous luggage lunch lung luxury lying machine mad madness magazine magic
        magical magnificent mail mailbox main mainly maintenance major majority maker male malfunction malicious man management
        mandatory manual manufacturer map march margin marine marital mark market marketing marriage married massage massive master
        match mate material math matter mature maximum mayor maybe meal mean meaning meanwhile measure meat mechanic mechanical
        media medical medicine medium meeting member membership memory men mental mentally mention menu merchant mercy mere merely
        mess message messed messy metal meter method microphone middle midnight might migraine mild mile military milk million mind
        mindless mine miner minimal minimum minister minor minority minus minute miracle mirror miserable missed missing mission
        mistake mistaken mix mixed mobile mode model moderate modern modest mom moment monitor monthly mood moon moral moreover
        mortified mortgage most mostly motel mother motion motivated motor mountain mouse mouth movement mover movie much mud
        multiple mum murder muscle museum music musician mute mutual mystery naive naked name narrow nation national native natural
        naturally nature naughty nauseous near nearby nearly neat necessarily necessary neck negative neglected negligent neighbor
        neighborhood neither nephew nerve nervous net neutral nevertheless newborn newcomer newly news newspaper next nice niece
        night nightmare nine nineteen ninety nobody noise noisy nonbinary none nonsense noon normal normally north nose note noted
        nothing notice notification notorious novel novice nowhere nuclear numb numerous nurse nut nuts obese object objective
        obligated obligation obscene observation obvious obviously occasion occasional occasionally occupied ocean odd offended
        offense offensive offer officer official offline often oil older old oldest one online onto open opening opera operation
        operator opinion opponent opportunity opposite optimistic option optional orange ordinary organic organization original
        originally orphan otherwise outage outdated outdoor outdoors outlet outrage outraged outrageous outside outstanding oven
        overall overcharged overdrawn overdue overjoyed overloaded overpriced oversea overseas overweight overwhelmed owner own pack
        packed page paid pain painful painter pair palace pale panel panic panicking panicked pants paper paperwork paralyzed
        paramedic paranoid parcel parent parents parking part partial partially participant particular particularly partly partner
        party pass passenger passion passionate passive past pastor path pathetic patience patient patiently pattern pay payable
        payday payee payer payment peace peaceful peak peanut pen pending pensioner people pepper percent perfect perfectly
        performance perfume period permanent permanently permission permit personal personally perspective pescatarian pet
        pharmacist pharmacy phase photo photographer phrase physical physically physician piano pick pickup picture piece pig pilot
        pin pink pipe pissed pitch pitiful pizza place plain plane planet plant plastic plate platform player pleasant pleased
        pleasure plenty plot plumber plus pocket pod poet poetry point pointless poison poisonous police policeman policewoman
        policy polite political politician poor poorly pop popular population portable portion position positive possession
        possibility possible possibly post postpaid postal postman pot potato potential potentially pound pouring poverty power
        powerful practical practically practice precious precise precisely predictable prefer preference pregnancy pregnant
        preliminary premature premium prepaid preparation prepared prescription presence present president press pressing pressure
        presumably previous previously price pricey primary prime prince princess principal principle printer prior priority prison
        prisoner privacy private privilege prize pro probable problem procedure process processor produce product production
        profession professional professor profile profit profitable program programmer progress project prominent promise promo
        promotion prompt proof proper properly property proposal prospect prospective protection protein proud province provider
        provisional prudent psychologist psychiatrist pub public publicly publisher pull pump pure purely purple purpose purse push
        puzzle puzzled qualified quality quarter queen query quick quickly quiet quietly quit quote race racial racism racist
        radical radio rail rain rainy raining raise random range rank rapid rapidly rare rarely rate rating raw readable reader real
        realistic reality really realtor rear reason reasonable reasonably rebate recall receipt recent recently reception
        receptionist recipe recipient reckless recommendation record recorder recording recovery recruiter recurring red reduced
        redundant reference refund refugee region registered registration regret regretful regular regularly rejected related
        relation relationship relative relatively relaxed release relevant reliable relief relieved religious relocated reluctant
        remarkable remarkably reminder remote remotely rent rental renter repair repeat replacement reply report reporter
        representative reputation request required requirement research researcher reservation reserve reset residence resident
        residential resilient resource respect respectful respective response responsibility responsible rest restaurant restless
        restricted result retail retired retiree retirement return reunion revenue review revolting reward rich rider ridiculously
        right ring rip ripped risk risky river road robbed robbery robot rock role roof room roommate root rotten rough roughly
        round route router routine royal rubbish rude rug ruined rule runner running rural rush rushed sad sadly safe safely safety
        sailor salary sale sales salesman same sample sand satisfied saturday saving savings savvy scale scam scammer scandal scared
        scary scenario scene schedule scheme scholar school science scientist scope score scream screaming screen screenshot script
        sea search season seasonal seasoned seat second secondary secondly secret secretary section sector secure security seizure
        select selection selfish seller semester seminar semi senator senior sense sensitive sentence separate separated separately
        sequence sergeant series seriously servant server session set setup seven seventeen seventy several severe severely sex
        sexual shade shadow shady shaken shaky shall shallow shambles shame shameful shape share sharp shed sheer sheet shelf
        shelter shift shipment shipping shirt shitty shock shocked shocking shoe shooting shopper shopping short shortage shortly
        shot shoulder shout shouting show shower shut shutdown shy sibling sick side sight sign signal signature signed significant
        significantly silent silently silly silver similar similarly simple simply simultaneously sin since sincere sincerely singer
        single sink sister site situation six sixteen sixty size skeptical skill skilled skin skinny sky slave sleep sleepless
        sleepy slick slight slightly slip sloppy slow slower slowly small smaller smart smartphone smell smoke smoker smooth
        smoothly sneezing snow snowing snowy sober social society soft software soil soldier sole solely solicitor solid solution
        solved somehow somewhat somewhere song sore sorrow sorted soul sound source south spam spare speaker speakers special
        specialist specialty species specific specifically spectacular speech speechless speed spending spirit spiritual spite
        splendid split spoiled sponsor sport spot spouse spring square stable staff stage stair stale stand standard standing star
        start startup starving state statement static station stationary statistic status stay staying steady steel steep step
        stepfather stepmother sticky stiff still stock stolen stomach stone stop storage storm stormy story straight straightforward
        strange stranger stranded strategic strategy stream street strength stress stressed stressful strict strictly strike string
        strip stroke strong strongly struck structure struggling student studio study stuff stumped stunned stunning stupid style
        subject submission subscriber subscription subsequent substance substantial suburb success successful successfully such
        sudden suddenly suffering sufficient sugar suggestion suicidal suicide suit suitable suite sum summary summer sunny sunshine
        super superb superior supervisor supper supplier supply supportive supposed supposedly supreme surface surgeon surgery
        surprise surprised surprising surprisingly survey survivor suspect suspended suspicious sweating sweaty sweet sweltering
        swim swimmer swimming switch symbol symptom system tab table tablet tactic tail tailor tale talent talented tall tank tape
        task taste tax taxi taxpayer tea teacher teaching team tech technical technically technique technology teenager teen
        telephone television temper temperature temporarily temporary ten tenant tender tense tension tenth term terminal
        termination terrific terrified terrorist test tester tested text thankful thankfully theater theft theme themselves theory
        therapist therapy thereby therefore thick thief thin thinking third thirteen thirty thorough thoroughly thought thousand
        threat threatening three thrifty thrilled throat throughout throw thunder thunderstorm thus ticket tie tight tile till
        timely tin tiny tip tire tiring title toast tobacco today toddler together toilet tolerant toll tone tongue tool tooth top
        topic torn total totally touch touched tough tour tourist towards tower town toxic toy trace track trade trader tradition
        traditional traffic tragedy tragic trail trailer train trained trainee trainer training transaction transfer transferred
        transgender transition transit translation translator transparent transport transportation trap trash trauma traumatic
        traumatized travel traveler treasure treatment treaty tree tremendous trial triple trip troubled trouble truck trucker truly
        trust trustee trustworthy truth try trying tube tuition tune tunnel tutor tv twelve twelfth twenty twice twin twins type
        typical typically ugly ultimate ultimately unacceptable unanimous unauthorized unaware unbearable unbelievable unbelievably
        uncertain uncle unclear uncomfortable unconscious unconvinced under underage undergraduate underneath understaffed
        understandable understanding underway undocumented unemployed unexpected unfair unfamiliar unfinished unfortunate
        unfortunately unhealthy uniform uninsured union unique unit united universal universe university unknown unlawful unless
        unlike unlikely unlimited unlocked unlucky unmarried unnecessary unpaid unpleasant unprofessional unqualified unreal
        unrealistic unreasonable unreliable unresolved unsafe unsatisfied unstable unsubscribed unsuccessful unsure untrue unusual
        unusually unwell unwilling upgrade upcoming upper upstairs urgently usable usage useful useless user usual usually utility
        utter utterly vacant vacation vaccinated vague valid valuable value van variety various vast vegan vegetarian vehicle vendor
        verification verified version vertical vet veteran vibrant vice victim victory video view village violation violent vip
        viral virtual virtually virus visible vision visit visitor visual vital vocal volunteer vomiting vote voter vulnerable wage
        waiter waitress walk walking wall wallet war warehouse warm warning warranty wary waste wasted watch watching water wave way
        weak wealth wealthy weapon weather web webpage website wedding week weekend weekly weight weird welcome welder welfare west
        wet wheelchair wheel whereas whether while white whoever whole widow widowed widower widespread wild willing win wind window
        windy wine winner winter wire wired wireless wise withdrawal within witness woman women wonder wonderful wonderfully
        wondering wood wooden word worker workplace workshop world worldwide worn worried worry worse worst worth worthless worthy
        would wound wounded wow wreck wrist writer writing yard yearly years yellow yet yield young younger youngest youth zero zone
        abandoned accepting adopted amused annoyed annoying anxiously applying asking assuming attempting autistic begging bleak
        blessed booked burnout calmly celiac clumsy commuting complaining confirming contacting considering cooking cancelling
        canceling dealing deciding decorating demanding disputing dumbfounded enquiring enquiry escalating experiencing expecting
        facing finding finishing flabbergasted fuming getting giving going helping hoping holding inquiring inquiry interested
        jogging joking keeping kidding laughing learning leaving living locked looking losing making moving needing nearsighted
        noticing ordering owing packing parked paying phoning planning playing porting preparing quitting reaching reading
        recovering referring renting replacing replying reporting requesting requiring returning ringing seeing seeking sending
        serving sharing shaking showing sitting sleeping smoking snoring sobbing studying supporting switching taking talking
        testing texting tracking traveling travelling turning typing unhappy updating upgrading using verifying viewing visiting
        waiting wanting wearing withdrawing working yelling agent agents btw lol omg tho though bro dude ma'am guys folks please
        thanks mister ok hey badge tag colorblind colourblind bullshit covid anaemic gibberish nonsensical bonkers impaired mom's
        dad's wifi hotline helpline landline voicemail inbox spambot bot chatbot ai
        """);

    public static bool Contains(ReadOnlySpan<char> word) => Words.Contains(word) || IsPlural(word);

    static bool IsPlural(ReadOnlySpan<char> word) => word.Length > 4 && word[^1] is 's' or 'S' && Words.Contains(word[..^1]);
}
