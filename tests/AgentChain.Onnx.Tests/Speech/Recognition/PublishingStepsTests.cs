using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Speculation;

namespace AgentChain.Onnx.Tests.Speech.Recognition;

public class PublishingStepsTests
{
    private readonly PublishingSteps _steps = new(new RecognitionBlockOptions { ProbabilityStep = 0.1, SilenceStepMilliseconds = 100 });

    [Fact]
    public void Take_NoWords_IsNever() => Assert.False(_steps.Take(Heard("", 0.9, 400)));

    [Fact]
    public void Take_OtherWordsOrProbability_IsTaken()
    {
        Assert.True(_steps.Take(Heard("what", 0.2, 0)));
        Assert.False(_steps.Take(Heard("what", 0.25, 0)));
        Assert.True(_steps.Take(Heard("what is", 0.25, 0)));
        Assert.True(_steps.Take(Heard("what is", 0.36, 0)));
    }

    [Fact]
    public void Take_SameWordsInGrowingSilence_IsTakenAtEachStep()
    {
        _steps.Take(Heard("bye", 0.9, 20));

        bool[] taken = [.. new[] { 60, 99, 100, 150, 199, 230, 420, 480 }.Select(silence => _steps.Take(Heard("bye", 0.9, silence)))];

        Assert.Equal([false, false, true, false, false, true, true, false], taken);
    }

    [Fact]
    public void Take_SpeechAgainAfterSilence_IsTaken()
    {
        _steps.Take(Heard("well", 0.9, 300));

        Assert.True(_steps.Take(Heard("well", 0.9, 0)));
        Assert.False(_steps.Take(Heard("well", 0.9, 0)));
    }

    private static Hypothesis<Transcript> Heard(string words, double probability, int silence) => Hypothesis.Tentative(
        new Transcript(words, words, 0, 1, true), probability, new HypothesisFeatures { Silence = TimeSpan.FromMilliseconds(silence) });
}
