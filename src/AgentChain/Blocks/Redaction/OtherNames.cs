namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Capitalized words that are not names of people: days, peoples and languages, countries and cities, companies and products.
/// </summary>
static class OtherNames
{
    static readonly WordSet Words = new("""
        monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays
        january february march july september october november december christmas easter thanksgiving halloween ramadan eid hanukkah
        diwali passover afghan african albanian algerian american angolan arab arabic argentine argentinian armenian asian
        australian austrian azerbaijani bahraini bangladeshi basque belarusian belgian bengali bolivian bosnian brazilian british
        bulgarian burmese cambodian cameroonian canadian cantonese catalan chilean chinese colombian congolese croatian cuban czech
        danish dominican dutch ecuadorian egyptian english eritrean estonian ethiopian european farsi filipino finnish flemish
        french georgian german ghanaian greek guatemalan haitian hebrew hindi honduran hungarian icelandic indian indonesian iranian
        iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan korean kurdish kuwaiti laotian latin latina
        latino latvian lebanese liberian libyan lithuanian malay malaysian maltese mandarin mexican moldovan mongolian moroccan
        nepalese nepali nicaraguan nigerian norwegian omani pakistani palestinian panamanian paraguayan persian peruvian polish
        portuguese punjabi qatari romanian russian rwandan salvadoran saudi scottish senegalese serbian sicilian singaporean slovak
        slovenian somali spanish sudanese swahili swedish swiss syrian taiwanese tamil telugu thai tibetan tunisian turkish ugandan
        ukrainian urdu uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean christian catholic protestant muslim
        jewish hindu buddhist sikh mormon atheist orthodox baptist methodist republican democrat californian texan afghanistan
        africa albania alaska algeria america amsterdam arabia argentina arizona arkansas asia athens atlanta australia austria
        bangkok bangladesh barcelona beijing belgium berlin birmingham bolivia boston brazil britain brooklyn brussels bucharest
        budapest bulgaria cairo california calgary canada chicago chile china colombia colorado connecticut copenhagen croatia cuba
        delaware delhi denmark denver detroit dubai dublin ecuador edinburgh egypt england estonia ethiopia europe finland florida
        frankfurt geneva germany ghana glasgow greece guatemala hamburg hawaii helsinki houston hungary iceland idaho illinois india
        indiana indonesia iowa iran iraq ireland istanbul italy jamaica japan kansas kentucky kenya korea kuwait lagos latvia
        lebanon leeds lisbon lithuania liverpool london louisiana luxembourg madrid maine malaysia malta manchester manhattan manila
        maryland massachusetts melbourne mexico miami michigan milan minnesota mississippi missouri montana montreal morocco moscow
        mumbai munich nairobi nebraska nepal netherlands nevada nigeria norway ohio oklahoma ontario oregon oslo ottawa pakistan
        panama pennsylvania peru philadelphia philippines phoenix poland portugal prague qatar quebec queens romania rome russia
        scotland seattle seoul serbia shanghai singapore slovakia slovenia spain stockholm sweden switzerland sydney syria taiwan
        tehran tennessee texas thailand tokyo toronto tunisia turkey uganda ukraine utah uruguay vancouver venezuela vermont vienna
        vietnam wales warsaw washington wisconsin wyoming zurich york jersey hampshire carolina dakota adobe airbnb alexa alibaba
        allianz amazon amd amex android apple asus att audi azure barclays bestbuy bing bmw boeing chase chatgpt chevrolet chrome
        cisco citi citibank claude comcast copilot costco cricket dell deloitte delta dhl discord disney dropbox ebay epson ericsson
        facebook fedex fiat firefox fitbit ford gemini github gmail google grubhub heineken hilton honda hotmail hsbc huawei hulu
        hyundai ibm icloud ikea instagram intel ios ipad iphone kia kodak lenovo lexus linkedin linux lufthansa lyft mac macbook
        mastercard mazda mcdonald's messenger microsoft nestle netflix nike nintendo nissan nokia nvidia openai oracle outlook
        paypal pepsi pinterest pixel playstation porsche prime reddit roku ryanair safari samsung santander sap seat shopify siemens
        siri skype slack snapchat sony spectrum spotify sprint starbucks stripe subaru target teams telegram tesla tiktok tmobile
        toyota twitch twitter uber unilever ups usps verizon visa vodafone volkswagen volvo walgreens walmart wayfair whatsapp
        wikipedia windows xbox xfinity xiaomi yahoo youtube zelle zoom
        """);

    public static bool Contains(ReadOnlySpan<char> word) => Words.Contains(word);
}
