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
        }), new PlanBook(new Dictionary<string, string>()));
        Assert.Equal(["[name_1]", "$12.40", "[account_1]", "[card_1]"], caller.Facts.Values);
        RedactedText said = new PiiRedactor().Redact("this is maria lopez my account number is 730264", caller.Placeholders);
        Assert.Equal("this is [name_1] my account number is [account_2]", said.Text);
    }

    [Fact]
    public void ChangePlan_KnownOrNot_ChangesPlanAndPriceOnce()
    {
        var account = new Account("1", new Dictionary<string, string> { ["plan"] = "gold 50", ["monthly price"] = "$49.99" });
        var caller = new Caller(account, new PlanBook(new Dictionary<string, string> { ["gold 80"] = "$59.99", ["basic 5"] = "$9.95" }));

        Assert.False(caller.ChangePlan("gold 70", "a"));
        Assert.Equal("gold 50", caller.Facts["plan"]);
        Assert.True(caller.ChangePlan("gold 80", "b"));
        Assert.True(caller.ChangePlan("basic 5", "b"));
        Assert.Equal(("gold 80", "$59.99"), (caller.Facts["plan"], caller.Facts["monthly price"]));
        Assert.Equal("gold 50", account.Facts["plan"]);
    }
}
