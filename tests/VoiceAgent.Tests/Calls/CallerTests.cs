using AgentChain.Blocks.Redaction;
using VoiceAgent.Calls;

namespace VoiceAgent.Tests.Calls;

public class CallerTests
{
    [Fact]
    public void Begun_PersonalFacts_HaveTheFirstPlaceholders()
    {
        var caller = new Caller(new Account("482915", new Dictionary<string, string>
        {
            ["customer name"] = "maria lopez", ["balance"] = "$12.40", ["account number"] = "482915", ["card ending"] = "4821",
        }));
        Assert.Equal(["[name_1]", "$12.40", "[account_1]", "[card_1]"], caller.Facts.Values);
        RedactedText said = new PiiRedactor().Redact("this is maria lopez my account number is 730264", caller.Placeholders);
        Assert.Equal("this is [name_1] my account number is [account_2]", said.Text);
    }
}
