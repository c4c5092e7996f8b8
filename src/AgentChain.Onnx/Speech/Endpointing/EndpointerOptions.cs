namespace AgentChain.Onnx.Speech.Endpointing;

/// <summary>Provides settings for an <see cref="Endpointer"/>. The defaults suit a person who asks a question into a microphone.</summary>
public sealed record EndpointerOptions
{
    /// <summary>Gets the minimum duration of speech in milliseconds; 10 to 2,000; default 80. Shorter sounds are clicks.</summary>
    public int MinimumSpeechMilliseconds { get; init; } = 80;

    /// <summary>Gets the duration of silence that ends the speech, in milliseconds; 50 to 10,000; default 500.</summary>
    public int HangOverMilliseconds { get; init; } = 500;

    /// <summary>Gets the margin by which speech exceeds the noise, in decibels; 1 to 40; default 6.</summary>
    public float MarginDecibels { get; init; } = 6;

    /// <summary>Gets the level below which no sound is speech, in decibels relative to full scale (root mean square of 20 ms);
    /// -90 to 0; default -55.</summary>
    public float MinimumDecibels { get; init; } = -55;

    /// <summary>Gets the length of the window whose quietest moment is the noise, in milliseconds; 500 to 60,000; default 3,000.</summary>
    public int NoiseWindowMilliseconds { get; init; } = 3000;

    /// <summary>Gets the probability from which a frame counts as speech, above 0 and at most 1; default 0.5. Detectors that only decide
    /// return 0 or 1.</summary>
    public float SpeechProbability { get; init; } = 0.5f;

    /// <summary>Gets the function that creates the detector of one signal, given its sample rate in hertz; null (the default) for an
    /// <see cref="EnergySpeechDetector"/> with these options. Each stream and turn gets a detector of its own and disposes it. The function
    /// is called from any thread. For a recognition block, the rate is that of the recognizer's model.</summary>
    public Func<int, ISpeechDetector>? CreateDetector { get; init; }

    internal void Validate()
    {
        static void Range(double value, double low, double high, string name)
        {
            if (!(value >= low && value <= high))
            {
                throw new ArgumentOutOfRangeException(name, value,
                    FormattableString.Invariant($"{name} must be between {low} and {high}."));
            }
        }

        Range(MinimumSpeechMilliseconds, 10, 2000, nameof(MinimumSpeechMilliseconds));
        Range(HangOverMilliseconds, 50, 10_000, nameof(HangOverMilliseconds));
        Range(MarginDecibels, 1, 40, nameof(MarginDecibels));
        Range(MinimumDecibels, -90, 0, nameof(MinimumDecibels));
        Range(SpeechProbability, float.Epsilon, 1, nameof(SpeechProbability));
        Range(NoiseWindowMilliseconds, 500, 60_000, nameof(NoiseWindowMilliseconds));
    }
}
