using AgentChain.Blocks.Redaction;
using AgentChain.Tests.Blocks.Cases;

namespace AgentChain.Tests.Blocks.Redaction;

public class RedactionCasesTests(ITestOutputHelper output)
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    static readonly PiiRedactor Redactor = new();

    [Theory]
    [InlineData("redaction.tsv")]
    [InlineData("redaction-further.tsv")]
    [InlineData("redaction-blind.tsv")]
    public void Redact_Case_GivesWhatIsExpected(string file) => TextCases.Check(file, text => Redactor.Redact(text).Text, output);

    [Fact]
    public void Redact_MutatedCase_IsRestoredExactlyAndChangesNothingTwice()
    {
        IReadOnlyList<TextCase> cases = [.. TextCases.Read("redaction.tsv"), .. TextCases.Read("redaction-further.tsv"), .. TextCases.Read("redaction-blind.tsv"), .. TextCases.Read("sentences.tsv")];
        foreach (string text in TextMutations.Of(cases, seed: 19, count: 6000))
        {
            RedactedText redacted = Redactor.Redact(text);
            string restored = PlaceholderRestorer.Restore(redacted.Text, redacted.Map);
            int placeholders = redacted.Map.Placeholders.Sum(p => redacted.Text.Split(p).Length - 1);
            if (placeholders == redacted.Map.Count)
            {
                Assert.Equal(text, restored);
            }
            else
            {
                // A value that occurs in two spellings is restored in the first; what stands between the values is always as it was.
                AssertContainsInOrder(text, redacted.Text.Split([.. redacted.Map.Placeholders], StringSplitOptions.None));
            }

            Assert.Equal(redacted.Text, Redactor.Redact(redacted.Text).Text);
            RedactedText again = Redactor.Redact(redacted.Text, redacted.Map);
            Assert.Equal(redacted.Text, again.Text);
            Assert.Same(redacted.Map, again.Map);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("4 ")]
    [InlineData("4 and ")]
    [InlineData("0 1 ")]
    [InlineData("a@a.a ")]
    [InlineData("I am ")]
    [InlineData("my name is ")]
    [InlineData("my name is Ana Silva ")]
    [InlineData("call me at 415 555 0142 ")]
    [InlineData("account number ")]
    [InlineData("a dot b at ")]
    [InlineData("[")]
    [InlineData("\ud83d")]
    [InlineData("\u0301")]
    public async Task Redact_Megabyte_EndsAndIsRestored(string part)
    {
        // Work that grows with the square of the length would take hours.
        string text = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length));
        await Task.Run(() =>
        {
            RedactedText redacted = Redactor.Redact(text);
            Assert.Equal(text, PlaceholderRestorer.Restore(redacted.Text, redacted.Map));
        }).WaitAsync(Hang);
    }

    [Fact]
    public async Task Redact_ManyKnownValues_EndsAndFindsThem()
    {
        RedactionMap map = RedactionMap.Empty;
        for (int i = 0; i < 20_000; i++)
        {
            map = map.Add(PersonalDataKind.Name, $"maria x{Letters(i)}", out _).Add(PersonalDataKind.Account, $"77{i:D6}", out _);
        }

        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"maria x{Letters(i)} 77{i:D6} "));
        RedactedText redacted = await Task.Run(() => Redactor.Redact(text, map)).WaitAsync(Hang);
        Assert.Same(map, redacted.Map);
        Assert.DoesNotContain("maria", redacted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" 77", redacted.Text, StringComparison.Ordinal);

        static string Letters(int number) => string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(d => (char)('b' + d - '0')));
    }

    [Fact]
    public void Redact_WordTakenForANameOnce_StaysInTheNextTurn()
    {
        RedactedText first = Redactor.Redact("my name is Monday");
        Assert.Equal("my name is [name_1]", first.Text);
        Assert.Equal("come on monday", Redactor.Redact("come on monday", first.Map).Text);
    }

    [Fact]
    public void Redact_TextContainsAPlaceholder_NewValuesGetAnother()
    {
        RedactedText redacted = Redactor.Redact("is [name_1] you, my name is maria lopez");
        Assert.Equal("is [name_1] you, my name is [name_2]", redacted.Text);
        Assert.Equal("is [name_1] you, my name is maria lopez", PlaceholderRestorer.Restore(redacted.Text, redacted.Map));
    }

    [Fact]
    public void Redact_DigitsOfAnotherScript_AreTheSameNumber()
    {
        RedactedText first = Redactor.Redact("my account number is ٤٥٦١٢٣");
        Assert.Equal("is 456123 [account_1]".Replace("456123 ", "", StringComparison.Ordinal), Redactor.Redact("is 456123", first.Map).Text);
    }

    static void AssertContainsInOrder(string text, string[] parts)
    {
        int at = 0;
        foreach (string part in parts)
        {
            int found = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= at, $"'{part}' is not in the rest of '{text}'.");
            at = found + part.Length;
        }
    }
}
