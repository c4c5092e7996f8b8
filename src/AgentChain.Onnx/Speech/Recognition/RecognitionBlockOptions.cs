using AgentChain.Onnx.Speech.Endpointing;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Settings of a <see cref="RecognitionBlock"/>. Immutable.</summary>
public sealed record RecognitionBlockOptions
{
    /// <summary>When speech counts as begun and ended.</summary>
    public EndpointerOptions Endpointing { get; init; } = new();

    /// <summary>How much of what lies before the speech the recognizer hears, in milliseconds; 0 to 5,000; default 200.</summary>
    public int PreRollMilliseconds { get; init; } = 200;

    /// <summary>How much of a recording is recognized between two hypotheses, in milliseconds; 10 to 10,000; default 120.
    /// Live audio is recognized as it comes.</summary>
    public int StepMilliseconds { get; init; } = 120;

    /// <summary>How much P(final) must have changed to publish the same words again; 0 to 1; default 0.1.</summary>
    public double ProbabilityStep { get; init; } = 0.1;

    /// <summary>How much the silence behind the words must have grown to publish the same words again, in milliseconds; 10 to 10,000; default
    /// 100. Who decides what to start early on them wants to hear of it. Silence that is seen to be over is published too.</summary>
    public int SilenceStepMilliseconds { get; init; } = 100;

    internal void Validate()
    {
        Endpointing.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(PreRollMilliseconds, nameof(PreRollMilliseconds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PreRollMilliseconds, 5000, nameof(PreRollMilliseconds));
        ArgumentOutOfRangeException.ThrowIfLessThan(StepMilliseconds, 10, nameof(StepMilliseconds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StepMilliseconds, 10_000, nameof(StepMilliseconds));
        ArgumentOutOfRangeException.ThrowIfLessThan(SilenceStepMilliseconds, 10, nameof(SilenceStepMilliseconds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SilenceStepMilliseconds, 10_000, nameof(SilenceStepMilliseconds));
        ArgumentOutOfRangeException.ThrowIfNegative(ProbabilityStep, nameof(ProbabilityStep));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ProbabilityStep, 1, nameof(ProbabilityStep));
    }
}
