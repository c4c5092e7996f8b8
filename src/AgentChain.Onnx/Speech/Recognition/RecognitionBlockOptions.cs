using AgentChain.Onnx.Speech.Endpointing;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Provides settings for a <see cref="RecognitionBlock"/> or a <see cref="LiveRecognitionBlock"/>. Immutable.</summary>
public sealed record RecognitionBlockOptions
{
    /// <summary>Gets the settings that determine when speech starts and ends.</summary>
    public EndpointerOptions Endpointing { get; init; } = new();

    /// <summary>
    /// Gets the duration that is recognized before the speech, in milliseconds; 0 to 5,000; default 500, because soft beginnings of words
    /// are below the threshold.
    /// </summary>
    public int PreRollMilliseconds { get; init; } = 500;

    /// <summary>Gets the duration of a recording that is recognized between two hypotheses, in milliseconds; 10 to 10,000; default 120.
    /// Live audio is recognized chunk by chunk as it arrives.</summary>
    public int StepMilliseconds { get; init; } = 120;

    /// <summary>Gets the change of P(final) that publishes the same words again; 0 to 1; default 0.1.</summary>
    public double ProbabilityStep { get; init; } = 0.1;

    /// <summary>Gets the growth of the silence after the words that publishes the same words again, in milliseconds; 10 to 10,000; default
    /// 100. The chain decides from it whether to start work early on the words. The end of the silence is published too.</summary>
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
