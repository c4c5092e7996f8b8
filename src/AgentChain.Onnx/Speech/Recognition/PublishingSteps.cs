namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Determines whether a hypothesis differs enough from the last published one. Use one instance per turn.</summary>
internal sealed class PublishingSteps(RecognitionBlockOptions options)
{
    private string _words = "";
    private double _probability;
    private long _silence;

    /// <summary>Returns whether to publish the hypothesis. If so, it becomes the last published one.</summary>
    public bool Take(Hypothesis<Transcript> hypothesis)
    {
        long silence =
            (hypothesis.Features.Silence ?? TimeSpan.Zero).Ticks / (options.SilenceStepMilliseconds * TimeSpan.TicksPerMillisecond);
        bool says = hypothesis.Value.Words.Length > 0
            && (hypothesis.Value.Words != _words || silence != _silence
                || Math.Abs(hypothesis.Probability - _probability) >= options.ProbabilityStep);
        if (says)
        {
            (_words, _probability, _silence) = (hypothesis.Value.Words, hypothesis.Probability, silence);
        }

        return says;
    }
}
