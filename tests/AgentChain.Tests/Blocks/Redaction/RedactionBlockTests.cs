using AgentChain.Blocks.Redaction;

namespace AgentChain.Tests.Blocks.Redaction;

public class RedactionBlockTests
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Chain_FindersSpansAndRules_ReplaceAndRestore()
    {
        string? seen = null;
        await using Chain<string, string> chain = Chain.From<string>("own")
            .Then("redact", new RedactionBlock(new Finder(text => [At(text, "falcon", PersonalDataKind.Name)])), o => o.Redacts())
            .Tap("model", (text, _) => seen = text)
            .Then("restore", new PlaceholderRestorer())
            .Build();

        Assert.Equal("falcon wrote to a@example.com", await chain.RunAsync("falcon wrote to a@example.com").AsTask().WaitAsync(Hang));
        Assert.Equal("[name_1] wrote to [email_1]", seen);
    }

    [Fact]
    public async Task Chain_WithoutRules_OnlyTheFinderCounts()
    {
        var rules = new PiiRedactor(new PiiRedactorOptions { Rules = false, Names = ["Zoe"] });
        Assert.Equal("[name_1] and [name_2], a@example.com, my name is maria", await Redacted("zoe and falcon, a@example.com, my name is maria", rules, text => [At(text, "falcon", PersonalDataKind.Name)]));
    }

    [Fact]
    public async Task Chain_SpansOverlapEachOtherAndTheRules_TheFirstSpanCounts()
    {
        Assert.Equal(
            "call [account_1]-0100",
            await Redacted("call 415-555-0100", null, text => [At(text, "415-555", PersonalDataKind.Account), At(text, "555", PersonalDataKind.Card), At(text, "call", PersonalDataKind.Card)]));
    }

    [Fact]
    public async Task Chain_SpansOverlapInPart_NothingOfEitherRemains()
    {
        Assert.Equal("call [email_1] at home", await Redacted(
            "call john smith at home",
            null,
            text => [At(text, "john sm", PersonalDataKind.Email), At(text, "n smith", PersonalDataKind.Name)]));
        Assert.Equal("call [name_1] at home", await Redacted(
            "call john smith at home",
            null,
            text => [At(text, "n smith", PersonalDataKind.Name), At(text, "john sm", PersonalDataKind.Email), At(text, "smith", PersonalDataKind.Email)]));
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(5, int.MaxValue)]
    public async Task Chain_SpanOutsideOfTheText_FailsTheTurnAndNamesTheFinder(int start, int length)
    {
        InvalidOperationException error = await Failure(_ => [new PersonalDataSpan(PersonalDataKind.Name, start, length)]);
        Assert.Contains("Block 'redact': Finder returned the start", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("maria", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_UndefinedKindOrNull_FailsTheTurnAndSaysWhatToReturn()
    {
        Assert.Contains("the kind 99. Return one of Name,", (await Failure(_ => [new PersonalDataSpan((PersonalDataKind)99, 0, 1)])).Message, StringComparison.Ordinal);
        Assert.Contains("null. Return an empty collection", (await Failure(_ => null!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NoFinder_Throws() => Assert.Throws<ArgumentNullException>("finder", () => new RedactionBlock(null!));

    static PersonalDataSpan At(string text, string value, PersonalDataKind kind) => new(kind, text.IndexOf(value, StringComparison.Ordinal), value.Length);

    static async Task<InvalidOperationException> Failure(Func<string, IReadOnlyCollection<PersonalDataSpan>> find)
    {
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await Redacted("maria", null, find));
        return Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    static async Task<string> Redacted(string text, PiiRedactor? rules, Func<string, IReadOnlyCollection<PersonalDataSpan>> find)
    {
        await using Chain<string, string> chain = Chain.From<string>("own").Then("redact", new RedactionBlock(new Finder(find), rules)).Build();
        return await chain.RunAsync(text).AsTask().WaitAsync(Hang);
    }

    sealed class Finder(Func<string, IReadOnlyCollection<PersonalDataSpan>> find) : IPersonalDataFinder
    {
        public async ValueTask<IReadOnlyCollection<PersonalDataSpan>> FindAsync(string text, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return find(text);
        }
    }
}
