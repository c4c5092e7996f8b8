namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Frequent given names of many countries, in Latin letters. A listed name after "this is" is a name even without a capital or a
/// surname. Names that are ordinary English words are not here but in <see cref="CommonWords"/>.
/// </summary>
static class GivenNames
{
    static readonly WordSet Names = new("""
        aaliyah aaron abby abdul abdullah abel abigail abraham ada adam adama adele adrian adriana adrienne agatha agnes agnieszka
        ahmad ahmed aidan aileen aisha ajay akash akira alain alan alana alba albert alberto aldo alec alejandra alejandro
        aleksander aleksandra alessandra alessandro alessia alex alexander alexandra alexandre alexei alexis alfie alfonso alfred
        alfredo ali alice alicia alina alisa alisha alison allan allen allison alma alonso alvin alyssa amalia amanda amber amelia
        amelie amina amir amit amy ana anastasia anders andre andrea andreas andrei andres andrew andy angela angelica angelina
        angelo angie angus anil anita anja anjali anika ann anna annabel anne annette annie anthony antoine anton antonia antonio
        anya april archie ariana arianna arjun arlene armando arnold arthur arturo asha ashley ashok astrid audrey august austin ava
        avery ayesha aylin babak barbara barry bartek basil beatrice beatriz becky belinda ben benedict benjamin bernadette bernard
        bernie bert bertha bethany betsy betty beverly bianca bjorn blake blanca bob bobby bonnie boris brad bradley brandon breanna
        brenda brendan brian brianna bridget brigitte brittany bruce bruno bryan bryce caitlin caleb calvin cameron camila camille
        candice carl carla carlo carlos carmela carmen carol carolina caroline carolyn carrie carter casey cassandra catarina
        catherine cathy cecil cecilia cedric celeste celia celine cesar chad chandra charlene charles charlie charlotte chelsea
        cheng cheryl chiara chloe chris christa christian christina christine christopher christy cindy claire clara clarence clark
        claude claudia claudio clement clifford clyde cody colette colin colleen connie connor conor conrad constance cora corey
        corinne cornelia courtney craig cristina crystal curtis cynthia daisuke dale damian damien dan dana daniel daniela daniele
        danielle danny daphne daria darius darlene darren darryl dave david deborah debbie debra deepak deepika denis denise dennis
        derek desiree devin diana diane diego dieter dimitri dina dinesh diya dmitri dolores dominic dominique donald donna doreen
        doris dorothea dorothy doug douglas duane duncan dustin dylan earl eddie edgar edith edmund eduardo edward edwin eileen
        elaine eleanor elena eleni eli elias elijah elisa elisabeth elise elizabeth ella ellen elliot elliott eloise elsa elsie
        elvira emanuel emil emilia emilie emilio emily emma emmanuel enrico enrique eric erica erich erik erika erin ernest ernesto
        esmeralda esteban estelle esther ethan ethel eugene eugenia eva evan evangeline eve evelyn ezra fabian fabio farah fatima
        fatou felicia felipe felix fernanda fernando filip fiona flora florence florian floyd frances francesca francesco francine
        francis francisco franco francois frankie franklin franz fred freddie frederic frederick frieda friedrich fritz gabriel
        gabriela gabriella gabrielle gail gareth garrett gary gaurav gavin geoff geoffrey georg george georgia georgina gerald
        geraldine gerard gerhard gertrude gianluca gianni gilbert gillian gina ginny giorgio giovanna giovanni giulia giuseppe
        gladys glen glenn gloria gonzalo gordon graham greg gregor gregory greta gretchen guido guillaume guillermo gustavo gwen
        gwendolyn habib hadiya hailey hakan hamid hamza hana hanna hannah hans harold harriet harris harrison harry harsh haruki
        haruto harvey hasan hassan hazel heather hector heidi heinrich helen helena helene helga henri henriette henrik henry
        herbert herman hiroshi holly horacio howard hugh hugo humphrey hussein ian ibrahim ida ignacio igor ikram ilona imani imran
        ines ingrid irene irina iris irma isaac isabel isabella isabelle isaiah isla ismael israel ivan ivana ivy jackie jackson
        jacob jacqueline jacques jaden jaime jakob jakub jamal james jamie jan jana jane janet janice janine jared jasmin jasmine
        jason javier jean jeanette jeanne jeff jeffrey jelena jen jenna jennifer jenny jens jeremiah jeremy jermaine jerome jerry
        jess jesse jessica jessie jesus jill jim jimmy jing jo joan joana joanna joanne joao joaquin jocelyn jodie joe joel joerg
        johan johann johanna johannes john johnny jon jonah jonas jonathan joni jordan jorge jose josef joseph josephine josh joshua
        josie joyce juan juana juanita judith judy julia julian juliana julie juliet juliette julio julius jun june jurgen justin
        justine kai kaitlyn kamal kamala kara karen karim karin karina karl karla karol karolina karthik kasper kate katerina
        katharina katherine kathleen kathryn kathy katie katja katrina kay kayla keiko keisha keith kelly kelsey kelvin ken kendra
        kenji kenneth kenny kerry kevin khadija khalid kiara kieran kim kimberly kiran kirsten klaus kofi krista kristen kristina
        kristine krystal krzysztof kumar kurt kwame kyle kylie lakshmi lana lars lara larisa larry laszlo latoya laura laurel lauren
        laurence laurent lawrence lea leah leandro lee leila lena leo leon leonard leonardo leonie leroy leslie lester leticia levi
        lewis liam liang lidia lilian liliana lillian lily linda lindsay lindsey lionel lisa liz liza lloyd logan lois lola lonnie
        lorena lorenzo loretta lori lorraine lou louis louisa louise luc luca lucas lucia luciana luciano lucie lucille lucinda lucy
        ludwig luigi luis luisa luka lukas luke luna lydia lyle lynn mabel mackenzie maddie madeleine madeline madison magdalena
        maggie mahmoud maja malcolm malik mandy manfred manuel manuela marc marcel marcela marcello marcia marco marcos marcus
        margaret margarita margot maria mariam mariana marianne marie marilyn marina mario marion marisol marissa marjorie marko
        marlene marta martha martin martina marvin mary maryam mason massimo mateo mateusz mathias mathieu matilda matt matteo
        matthew matthias maureen maurice mauricio max maxim maxime maximilian maya megan meghan mehmet mei melanie melinda melissa
        melody melvin mercedes meredith mia micaela michael michaela michal micheal michel michele michelle miguel mikael mike
        mikhail mila milan mildred milena miles milo mina mindy minh miranda miriam mitchell mohamed mohammad mohammed moira molly
        mona monica monika monique morgan moritz moses muhammad murray mustafa myra myrtle nadia nadine nancy naomi natalia natalie
        natasha nathan nathaniel neha neil nelson nicholas nick nico nicola nicolas nicole niels nigel nikhil nikita nikolai nikos
        nils nina noah noel noelle noemi nora norbert norma norman octavia odette oleg olga oliver olivia olivier ollie omar oscar
        osman otto owen pablo paloma pam pamela paola paolo pascal patrice patricia patrick patrik paul paula paulina pauline paulo
        pavel pedro peggy penelope percy perry peter petra phil philip philippe phillip phoebe phyllis pierre pietro piotr polly
        pooja prakash preston priscilla priya quentin quincy rachel rafael rafal rahul raj rajesh ralph ramesh ramon ramona randall
        randy raoul raphael rashid raul ravi raymond rebecca regina reginald reinhard renata rene renee reuben rhonda ricardo
        richard rick rickie ricky rita rob robbie robert roberta roberto robin rochelle rodney rodrigo roger rohan rohit roland rolf
        roman romina ron ronald ronnie rory rosa rosalie rosalind rosanna rosario roseanne rosemary rosie ross roxanne roy ruben
        rudolf rudy rufus rupert russell rusty ruth ryan sabine sabrina sadie sakura salim sally salma salvador salvatore sam
        samantha samir sammy samuel sandeep sandra sandy sanjay santiago sara sarah sasha saul savannah scarlett scott sean
        sebastian selena selma serena serge sergei sergio seth shane shannon sharon shaun shauna shawn sheila shelby shelly sheng
        shirley shreya sibyl sidney siegfried sienna sigrid silas silvia simon simone sofia sofie solomon sonia sonja sophia sophie
        spencer stacy stan stanley stefan stefania stefano stella stephan stephanie stephen steve steven stewart stuart sunil suresh
        susan susana susanna susie suzanne sven svetlana sydney sylvester sylvia sylvie tabitha takashi talia tamara tammy tania
        tanya tara tariq tatiana taylor ted terence teresa terrence terry tessa thelma theo theodore theresa therese thiago thomas
        tiffany tim timothy tina tobias toby todd tom tomas tomasz tommy toni tony tracey tracy travis trent trevor trisha tristan
        troy tyler tyrone uday ulrich ulrike umar ursula valentina valerie vanessa vasily vera vernon veronica vicki vicky victor
        victoria vijay vikram vincent vincenzo viola violet virginia vishal vivian viviana vladimir wade wallace walter wanda warren
        wayne wendy werner wesley wilfred wilhelm william willie wilma winifred winston wojciech wolfgang xavier xiaoming xin yan
        yang yasmin yolanda yosef youssef yuki yuri yusuf yvette yvonne zachary zahra zainab zanele zara zoe zoltan zofia abebe
        adaeze adebayo akua amara aminata anh aoife asif ayodele bao bilal binta caoimhe chidi chinwe chioma dilip duc emeka faisal
        farid farouk femi feng folake gopal grzegorz gulsen haruka huong ifeoma ikenna jia jiahao jorgelina kenta khanh kwabena lei
        lin linh long lucía mamadou manish meera mehdi ming mohan mukesh nam nasser ngozi nguyen niamh nikola noura obi oksana
        oluwaseun omari parvati phuong pradeep quang rakesh rina sadia saeed saoirse sanjana satoshi siobhan sunita tadeusz takeshi
        tatsuya temitope thandiwe thao thi tran tuan uchenna usha vikas wafa wei xiao xiu yao ying yong yuto zeynep zhang zhen zodwa
        josé maría andrés sofía raúl iván martín ángel inés mónica verónica adrián sebastián tomás jesús jürgen jörg björn søren
        øyvind françois rené andré zoë chloé élise hélène jérôme renée noémie gülşen ayşe mehmed łukasz michał paweł agnès antónio
        joão inês
        """);

    public static bool Contains(ReadOnlySpan<char> word) => Names.Contains(word);
}
