using System.Diagnostics;
using System.Reflection;
using AgentChain.Blocks.Redaction;

namespace AgentChain.Tests.Blocks.Redaction;

public class PiiRedactorTests
{
    static readonly PiiRedactor Redactor = new();

    [Theory]
    [InlineData("my card is 4111 1111 1111 1111 thanks", "my card is [card_1] thanks")]
    [InlineData("4111-1111-1111-1111", "[card_1]")]
    [InlineData("charge 4111111111111111.", "charge [card_1].")]
    [InlineData("use 4111 1111 1111 1111 20 times", "use [card_1] 20 times")]
    [InlineData("amex 378282246310005 expires soon", "amex [card_1] expires soon")]
    [InlineData("my card ends in 4821", "my card ends in [card_1]")]
    [InlineData("the card ending in 4821 was charged", "the card ending in [card_1] was charged")]
    [InlineData("My card number ends with 4821.", "My card number ends with [card_1].")]
    [InlineData("the last four digits of my card are 4821", "the last four digits of my card are [card_1]")]
    [InlineData("i pay with card 4821 what is my balance", "i pay with card [card_1] what is my balance")]
    [InlineData("card ending **** 4821", "card ending **** [card_1]")]
    public void Redact_CardNumber_BecomesPlaceholder(string text, string expected) => Check(text, expected);

    [Theory]
    [InlineData("my account number is 456123", "my account number is [account_1]")]
    [InlineData("for account 456123 what is my balance", "for account [account_1] what is my balance")]
    [InlineData("the account is 456123 2 lines", "the account is [account_1] 2 lines")]
    [InlineData("Account #: 00-456-123", "Account #: [account_1]")]
    [InlineData("my account is 4 5 6 1 2 3", "my account is [account_1]")]
    [InlineData("customer number 99887766", "customer number [account_1]")]
    [InlineData("it is 1234567", "it is [account_1]")]
    public void Redact_AccountNumber_BecomesPlaceholder(string text, string expected) => Check(text, expected);

    [Theory]
    [InlineData("my phone number is 5551234", "my phone number is [phone_1]")]
    [InlineData("call me at (555) 123-4567 tomorrow", "call me at [phone_1] tomorrow")]
    [InlineData("call me on 555.123.4567", "call me on [phone_1]")]
    [InlineData("reach me at +44 20 7946 0958.", "reach me at [phone_1].")]
    [InlineData("555-123-4567", "[phone_1]")]
    [InlineData("my number is 55512345", "my number is [phone_1]")]
    [InlineData("it is +15551234567", "it is [phone_1]")]
    public void Redact_PhoneNumber_BecomesPlaceholder(string text, string expected) => Check(text, expected);

    [Theory]
    [InlineData("write to Maria.Lopez+bills@example.co.uk, please", "write to [email_1], please")]
    [InlineData("my email is maria dot lopez at example dot com", "my email is [email_1]")]
    public void Redact_EmailAddress_BecomesPlaceholder(string text, string expected) => Check(text, expected);

    [Theory]
    [InlineData("my name is maria lopez what is my balance", "my name is [name_1] what is my balance")]
    [InlineData("this is maria lopez what is my balance", "this is [name_1] what is my balance")]
    [InlineData("hello this is maria lopez i have a question", "hello this is [name_1] i have a question")]
    [InlineData("hi i am maria lopez can you check my bill", "hi i am [name_1] can you check my bill")]
    [InlineData("it is maria lopez here", "it is [name_1] here")]
    [InlineData("yes maria lopez speaking", "yes [name_1] speaking")]
    [InlineData("well it is maria lopez", "well it is [name_1]")]
    [InlineData("hello maria lopez speaking", "hello [name_1] speaking")]
    [InlineData("you are speaking to maria lopez", "you are speaking to [name_1]")]
    [InlineData("my name is maria", "my name is [name_1]")]
    [InlineData("My name is Maria Anna Lopez. What is my balance?", "My name is [name_1]. What is my balance?")]
    [InlineData("This is Maria, I want to pay.", "This is [name_1], I want to pay.")]
    [InlineData("my name is will smith will you help", "my name is [name_1] will you help")]
    [InlineData("my name is ludwig van beethoven", "my name is [name_1]")]
    [InlineData("my name is o'brien and i am new", "my name is [name_1] and i am new")]
    [InlineData("my name is josé garcía", "my name is [name_1]")]
    public void Redact_IntroducedName_BecomesPlaceholder(string text, string expected) => Check(text, expected);

    [Theory]
    [InlineData("what is my balance")]
    [InlineData("this is about my bill")]
    [InlineData("i am calling about my late fee")]
    [InlineData("i am not sure what plan i have")]
    [InlineData("i am travelling abroad next week")]
    [InlineData("this is not my card")]
    [InlineData("my name is spelled wrong on the bill")]
    [InlineData("is it cold in here")]
    [InlineData("it is still broken")]
    [InlineData("am i speaking to a robot")]
    [InlineData("it is $1234567 or $49.99 or 3.14159265")]
    [InlineData("i paid $20 on march 3 2024 and 62 gigabytes are left")]
    [InlineData("version 1.2.3 on 2026-11-22 at 10:30")]
    [InlineData("my card is lost")]
    [InlineData("the account [account_1] of [name_1]")]
    [InlineData("")]
    public void Redact_NothingPersonal_TextStays(string text)
    {
        RedactedText redacted = Redactor.Redact(text);
        Assert.Equal(text, redacted.Text);
        Assert.Same(RedactionMap.Empty, redacted.Map);
    }

    [Fact]
    public void Redact_SameValueLater_KeepsItsPlaceholder()
    {
        RedactedText first = Redactor.Redact("my name is maria lopez and my account is 456123");
        RedactedText second = Redactor.Redact("this is kenji wright not maria lopez is 456 123 hers", first.Map);

        Assert.Equal("my name is [name_1] and my account is [account_1]", first.Text);
        Assert.Equal("this is [name_2] not [name_1] is [account_1] hers", second.Text);
        Assert.Equal(2, first.Map.Count);
        Assert.Equal(3, second.Map.Count);
    }

    [Fact]
    public void Redact_FactsAddedBefore_AreFoundWhereverTheyStand()
    {
        RedactionMap facts = RedactionMap.Empty
            .Add(PersonalDataKind.Name, "Maria Lopez", out string name)
            .Add(PersonalDataKind.Account, "482915", out string account)
            .Add(PersonalDataKind.Card, "4821", out string card);

        Assert.Equal(("[name_1]", "[account_1]", "[card_1]"), (name, account, card));
        Assert.Equal(
            "is [account_1] [name_1]'s and does it have [card_1] or $4821",
            Redactor.Redact("is 482915 maria lopez's and does it have 4821 or $4821", facts).Text);
    }

    [Fact]
    public void Redact_KnownNameIsACommonWord_LeavesTheWordAlone()
    {
        RedactedText first = Redactor.Redact("my name is will");
        Assert.Equal("my name is [name_1]", first.Text);
        Assert.Equal("will you help me", Redactor.Redact("will you help me", first.Map).Text);
        Assert.Equal("my name is [name_1]", Redactor.Redact("my name is Will", first.Map).Text);
    }

    [Fact]
    public void Redact_NamesGivenByHost_AreFoundWithoutIntroduction()
    {
        var redactor = new PiiRedactor(new PiiRedactorOptions { Names = ["Maria Lopez"], GivenNames = ["kenji"] });
        Assert.Equal("does [name_1] owe anything", redactor.Redact("does maria lopez owe anything").Text);
        Assert.Equal("this is [name_1] what do i owe", redactor.Redact("this is kenji what do i owe").Text);
    }

    [Fact]
    public void Redact_KindsLimited_LeavesOthers()
    {
        var redactor = new PiiRedactor(new PiiRedactorOptions { Kinds = [PersonalDataKind.Card] });
        Assert.Equal("my name is maria lopez card [card_1]", redactor.Redact("my name is maria lopez card 4821").Text);
    }

    [Theory]
    [InlineData("Call Maria Lopez at 555-123-4567 or maria@example.com about account 456123, card 4111 1111 1111 1111.")]
    [InlineData("my name is maria lopez my card ends in 4821 and my account is 482915")]
    public void Restore_RedactedText_GivesTheOriginal(string text)
    {
        RedactedText redacted = Redactor.Redact(text, RedactionMap.Empty.Add(PersonalDataKind.Name, "Zoe Diaz", out _));
        Assert.NotEqual(text, redacted.Text);
        Assert.Equal(text, PlaceholderRestorer.Restore(redacted.Text, redacted.Map));
    }

    [Fact]
    public void Map_AsTextAndInDebugger_ShowsNoValue()
    {
        RedactedText redacted = Redactor.Redact("my name is maria lopez");
        Assert.Equal("1 redacted values", redacted.Map.ToString());
        Assert.DoesNotContain("maria", redacted.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("{Count} values", typeof(RedactionMap).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Assert.All(
            typeof(RedactionMap).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(f => f.Name is "_values" or "_placeholders"),
            field => Assert.Equal(DebuggerBrowsableState.Never, field.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State));
    }

    [Theory]
    [InlineData(PersonalDataKind.Name, "  ")]
    [InlineData(PersonalDataKind.Card, "no digits")]
    public void Add_EmptyValue_Throws(PersonalDataKind kind, string value)
    {
        var error = Assert.Throws<ArgumentException>(() => RedactionMap.Empty.Add(kind, value, out _));
        Assert.DoesNotContain("no digits so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_RedactThenRestore_CarriesTheMapOfTheTurn()
    {
        string? seen = null;
        await using Chain<string, string> chain = Chain.From<string>("redacted")
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Tap("model", (text, _) => seen = text)
            .Then("answer", text => $"hello {text[^8..]}, unknown [name_7]")
            .Then("restore", new PlaceholderRestorer())
            .Build();

        Assert.Equal("hello maria lopez, unknown [name_7]", await chain.RunAsync("my name is maria lopez"));
        Assert.Equal("my name is [name_1]", seen);
    }

    [Fact]
    public async Task Chain_MapCarriedByAnEarlierBlock_IsContinued()
    {
        RedactionMap facts = RedactionMap.Empty.Add(PersonalDataKind.Name, "kenji wright", out _);
        RedactionMap? grown = null;
        await using Chain<string, string> chain = Chain.From<string>("continued")
            .Tap("facts", (_, context) => context.Set(RedactionMap.Key, facts))
            .Then("redact", new PiiRedactor())
            .Tap("look", (_, context) => grown = context.Get(RedactionMap.Key))
            .Build();

        Assert.Equal("this is [name_2] for [name_1]", await chain.RunAsync("this is maria lopez for kenji wright"));
        Assert.Equal(2, grown?.Count);
        Assert.Equal(1, facts.Count);
    }

    [Fact]
    public void Redact_AnyText_IsRestoredButForTheSpellingOfRepeatedValues()
    {
        var random = new Random(3);
        string[] parts =
        [
            "my name is ", "this is ", "i am ", "it is ", "speaking ", "here ", "maria ", "Lopez ", "van ", "will ", "what ", "card ", "ending in ", "4821 ",
            "account ", "456123 ", "4111 1111 1111 1111 ", "1 ", "-", ".", "$", "12", "call me at ", "555-123-4567 ", "a@b.co ", " at ", " dot com ", "[name_1] ",
            "[", "]", "é", "'s ", "\n", "  ", "+", "(", ")",
        ];
        RedactionMap known = RedactionMap.Empty.Add(PersonalDataKind.Name, "maria lopez", out _).Add(PersonalDataKind.Account, "456123", out _);
        for (int round = 0; round < 3000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 15)).Select(_ => parts[random.Next(parts.Length)])).Replace("[name_1]", "[name_9]", StringComparison.Ordinal);
            RedactedText redacted = Redactor.Redact(text, known);
            Assert.Equal(Bare(text), Bare(PlaceholderRestorer.Restore(redacted.Text, redacted.Map)));
            Assert.DoesNotContain("456123", redacted.Text.Replace("$456123", "", StringComparison.Ordinal).Split(' '));
        }

        static string Bare(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("1 ")]
    [InlineData("1-")]
    [InlineData("a.")]
    [InlineData("card ")]
    [InlineData("my name is ")]
    [InlineData("it is a ")]
    [InlineData(" ")]
    [InlineData("(")]
    [InlineData("a dot ")]
    public void Redact_LongMonotonousText_Ends(string part) =>
        Assert.DoesNotContain(
            Redactor.Redact(string.Concat(Enumerable.Repeat(part, 2000))).Map.Placeholders, p => p.StartsWith("[card", StringComparison.Ordinal));

    static void Check(string text, string expected)
    {
        RedactedText redacted = Redactor.Redact(text);
        Assert.Equal(expected, redacted.Text);
        Assert.Equal(text, PlaceholderRestorer.Restore(redacted.Text, redacted.Map));
    }
}
