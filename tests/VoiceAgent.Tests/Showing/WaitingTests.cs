using AgentChain;
using VoiceAgent.Showing;

namespace VoiceAgent.Tests.Showing;

public class WaitingTests
{
    static readonly ReportPart[] Parts =
    [
        Part("input", PartKind.Input, 0, 2000), Part("endpoint", PartKind.Endpointing, 2000, 2520), Part("respond", PartKind.Block, 2520, 2600), Part("pace", PartKind.Endpointing, 2600, 2640),
    ];

    [Fact]
    public void FromSpeech_AnAnswer_TakesInTheWaitForTheEnd() =>
        Assert.Equal(TimeSpan.FromMilliseconds(640), Waiting.FromSpeech(TimeSpan.FromMilliseconds(120), Parts));

    [Fact]
    public void FromSpeech_NoAnswer_IsNone() => Assert.Null(Waiting.FromSpeech(null, Parts));

    static ReportPart Part(string owner, PartKind kind, int from, int to) => new(owner, kind, TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to));
}
