using AgentChain;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent.Listening;

namespace VoiceAgent.Tests.Listening;

public class NumberWordsToDigitsTests
{
    [Fact]
    public async Task Invoke_NumberWords_BecomeDigits()
    {
        await using Chain<Transcript, string> chain = Chain.From<Transcript>("digits").Then("digits", new NumberWordsToDigits()).Build();
        Assert.Equal("my account number is 482915", await chain.RunAsync(new Transcript("my account number is four eight two nine one five", "", 0, 1, true)));
    }

    [Theory]
    [InlineData(false, "No speech was detected.")]
    [InlineData(true, "No word was recognized.")]
    public async Task Invoke_NothingHeard_FailsTheTurn(bool hasSpeech, string message)
    {
        await using Chain<Transcript, string> chain = Chain.From<Transcript>("digits").Then("digits", new NumberWordsToDigits()).Build();
        TurnResult result = await chain.Start(new Transcript("", "", 0, 1, hasSpeech)).Completion;
        Assert.Equal(message, Assert.IsType<NothingHeardException>(result.Error?.InnerException).Message);
    }
}
