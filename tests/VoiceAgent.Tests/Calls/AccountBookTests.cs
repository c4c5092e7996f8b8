using VoiceAgent.Calls;
using VoiceAgent.CommandLine;

namespace VoiceAgent.Tests.Calls;

public class AccountBookTests
{
    static readonly AccountBook Book = new([Customer("111111", "maria lopez"), Customer("222222", "maria baker"), Customer("333333", "kenji wright")]);

    [Theory]
    [InlineData(null, "111111")]
    [InlineData("333333", "333333")]
    [InlineData("Maria Baker", "222222")]
    [InlineData("kenji", "333333")]
    public void Find_NameOrNumber_GivesTheCustomer(string? who, string id) => Assert.Equal(id, Book.Find(who).Id);

    [Theory]
    [InlineData("maria")]
    [InlineData("nobody")]
    [InlineData("")]
    public void Find_NoneOrSeveral_NamesThoseThereAre(string who)
    {
        var error = Assert.Throws<VoiceAgentException>(() => Book.Find(who));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains("kenji wright (333333)", error.Message, StringComparison.Ordinal);
    }

    static Account Customer(string id, string name) => new(id, new Dictionary<string, string> { ["customer name"] = name, ["account number"] = id });
}
