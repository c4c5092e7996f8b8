using VoiceAgent.Showing;

namespace VoiceAgent.Tests.Showing;

public class WordErrorsTests
{
    [Theory]
    [InlineData("Hello, Maria Lopez!", "hello maria lopez", 0, 3)]
    [InlineData("what is my balance", "what is balance", 1, 4)]
    [InlineData("what is my balance", "what is the new balance", 2, 4)]
    [InlineData("goodbye", "", 1, 1)]
    [InlineData("", "hello", 1, 0)]
    public void Count_SaidAndHeard_GivesFewestChanges(string said, string heard, int errors, int words) =>
        Assert.Equal((errors, words), WordErrors.Count(said, heard));
}
