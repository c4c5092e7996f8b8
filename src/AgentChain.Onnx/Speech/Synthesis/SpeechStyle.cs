using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>Represents the style of synthesized speech. Immutable.</summary>
public sealed record SpeechStyle
{
    /// <summary>Gets the style of the voice's settings file.</summary>
    public static SpeechStyle Default { get; } = new();

    /// <summary>Gets the speed, 0.25 to 4; default 1. At 2, speech is twice as fast.</summary>
    public float Speed { get; init; } = 1;

    /// <summary>Gets the variation of the sound, 0 to 2; null (the default) for the voice's own.</summary>
    /// <remarks>
    /// A voice draws its noise from one sequence of random numbers, so at any value but 0 the sound of a text depends on earlier runs.
    /// At 0, and <see cref="NoiseWidth"/> 0 if the voice's durations vary, the same text always produces the same samples. A speculating
    /// block needs this, so that discarded runs do not affect later ones.
    /// </remarks>
    public float? NoiseScale { get; init; }

    /// <summary>Gets the variation of the durations, 0 to 2; null (the default) for the voice's own.</summary>
    public float? NoiseWidth { get; init; }

    /// <summary>Gets the speaker, by a name from the voice's files or by number; null (the default) for the voice's own first.</summary>
    public string? Speaker { get; init; }

    internal void Validate()
    {
        static void Range(float value, float low, float high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(
                    name, value, FormattableString.Invariant($"{name} must be between {low} and {high}."));
            }
        }

        Range(Speed, 0.25f, 4, nameof(Speed));
        Range(NoiseScale ?? 0, 0, 2, nameof(NoiseScale));
        Range(NoiseWidth ?? 0, 0, 2, nameof(NoiseWidth));
    }
}
