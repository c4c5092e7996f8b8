using AgentChain.Blocks;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Tells whether a hypothesis says enough more than the one published last. One per turn.</summary>
internal sealed class PublishingSteps(RecognitionBlockOptions options)
{
    private string _words = "";
    private double _probability;
    private long _silence;

    /// <summary>Whether to publish it; if so, it is the last.</summary>
    public bool Take(Hypothesis<Transcript> hypothesis)
    {
        long silence = (hypothesis.Features.Silence ?? TimeSpan.Zero).Ticks / (options.SilenceStepMilliseconds * TimeSpan.TicksPerMillisecond);
        bool says = hypothesis.Value.Words.Length > 0
            && (hypothesis.Value.Words != _words || silence != _silence || Math.Abs(hypothesis.Probability - _probability) >= options.ProbabilityStep);
        if (says)
        {
            (_words, _probability, _silence) = (hypothesis.Value.Words, hypothesis.Probability, silence);
        }

        return says;
    }
}
