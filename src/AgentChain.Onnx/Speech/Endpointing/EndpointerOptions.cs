namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Settings of an <see cref="Endpointer"/>. The defaults suit a person who asks a question into a microphone.</summary>
public sealed record EndpointerOptions
{
    /// <summary>How long somebody must have spoken before it counts, in milliseconds; 10 to 2,000; default 80. Shorter noises are clicks.</summary>
    public int MinimumSpeechMilliseconds { get; init; } = 80;

    /// <summary>How long it must be quiet before the speech counts as over, in milliseconds; 50 to 10,000; default 500.</summary>
    public int HangOverMilliseconds { get; init; } = 500;

    /// <summary>How many decibels above the noise speech is; 1 to 40; default 6.</summary>
    public float MarginDecibels { get; init; } = 6;

    /// <summary>Nothing quieter is speech, in decibels relative to full scale (root mean square of 20 ms); -90 to 0; default -55.</summary>
    public float MinimumDecibels { get; init; } = -55;

    /// <summary>The noise is taken to be as loud as the quietest moment of this many milliseconds; 500 to 60,000; default 3,000.</summary>
    public int NoiseWindowMilliseconds { get; init; } = 3000;

    internal void Validate()
    {
        static void Range(double value, double low, double high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies between {low} and {high}."));
            }
        }

        Range(MinimumSpeechMilliseconds, 10, 2000, nameof(MinimumSpeechMilliseconds));
        Range(HangOverMilliseconds, 50, 10_000, nameof(HangOverMilliseconds));
        Range(MarginDecibels, 1, 40, nameof(MarginDecibels));
        Range(MinimumDecibels, -90, 0, nameof(MinimumDecibels));
        Range(NoiseWindowMilliseconds, 500, 60_000, nameof(NoiseWindowMilliseconds));
    }
}
