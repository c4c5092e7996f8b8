using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>How something is said. Immutable.</summary>
public sealed record SpeechStyle
{
    /// <summary>As the voice's settings file has it.</summary>
    public static SpeechStyle Default { get; } = new();

    /// <summary>Speed, 0.25 to 4; default 1; 2 is twice as fast.</summary>
    public float Speed { get; init; } = 1;

    /// <summary>How much the sound varies, 0 to 2; null (the default) for the voice's own.</summary>
    /// <remarks>
    /// Voices draw their noise from one sequence of random numbers, so with anything but 0 how a text sounds depends on what was said before it.
    /// At 0, with <see cref="NoiseWidth"/> 0 for a voice whose durations vary, the same text gives the same samples: what a block needs whose
    /// early runs must not be heard in later ones.
    /// </remarks>
    public float? NoiseScale { get; init; }

    /// <summary>How much the durations vary, 0 to 2; null (the default) for the voice's own.</summary>
    public float? NoiseWidth { get; init; }

    /// <summary>The speaker of a voice with several: a name of its settings file or a number; null (the default) for the first.</summary>
    public string? Speaker { get; init; }

    internal void Validate()
    {
        static void Range(float value, float low, float high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies between {low} and {high}."));
            }
        }

        Range(Speed, 0.25f, 4, nameof(Speed));
        Range(NoiseScale ?? 0, 0, 2, nameof(NoiseScale));
        Range(NoiseWidth ?? 0, 0, 2, nameof(NoiseWidth));
    }
}
