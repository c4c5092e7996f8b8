using VoiceAgent.Listening;

namespace VoiceAgent.Tests.Listening;

public class DigitHomophonesTests
{
    [Theory]
    [InlineData("my account number is four eight to nine one five what is my price", "my account number is four eight two nine one five what is my price")]
    [InlineData("my card ends in for eight two won", "my card ends in four eight two one")]
    [InlineData("the account is to two five six", "the account is two two five six")]
    [InlineData("one five for", "one five four")]
    public void Resolve_InsideNumbers_AreDigits(string heard, string meant) => Assert.Equal(meant, DigitHomophones.Resolve(heard));

    [Theory]
    [InlineData("i want to talk to somebody")]
    [InlineData("is it open from nine to five")]
    [InlineData("for account four eight two nine one five for the gold plan")]
    [InlineData("to")]
    [InlineData("")]
    public void Resolve_Elsewhere_AreWords(string heard) => Assert.Equal(heard, DigitHomophones.Resolve(heard));
}
