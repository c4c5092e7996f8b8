namespace AgentChain.Simulation;

/// <summary>
/// Represents a speaker's rhythm: the length of words and the frequency of pauses between them. The defaults are assumptions, three words
/// per second and a hesitation in one of seventeen gaps, not measurements.
/// </summary>
public sealed record SpeechRhythm
{
    static readonly TimeSpan ShortestWord = TimeSpan.FromMilliseconds(60);

    /// <summary>Gets the mean length of a word.</summary>
    /// <value>333 ms by default; more than zero. No word is shorter than 60 ms.</value>
    public TimeSpan Word
    {
        get;
        init => field = OptionCheck.Positive(value, "SpeechRhythm.Word");
    } = TimeSpan.FromMilliseconds(333);

    /// <summary>Gets the standard deviation of the length of a word, which is normally distributed.</summary>
    /// <value>110 ms by default; not negative.</value>
    public TimeSpan WordDeviation
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SpeechRhythm.WordDeviation");
    } = TimeSpan.FromMilliseconds(110);

    /// <summary>Gets the probability that the speaker hesitates before a word other than the first.</summary>
    /// <value>0.06 by default; 0 to 1.</value>
    public double HesitationChance
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, "SpeechRhythm.HesitationChance");
    } = 0.06;

    /// <summary>Gets the shortest hesitation. The length is uniformly distributed up to the longest hesitation.</summary>
    /// <value>250 ms by default.</value>
    public TimeSpan ShortestHesitation
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SpeechRhythm.ShortestHesitation");
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the longest hesitation.</summary>
    /// <value>480 ms by default.</value>
    public TimeSpan LongestHesitation
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SpeechRhythm.LongestHesitation");
    } = TimeSpan.FromMilliseconds(480);

    /// <summary>Creates a rhythm without randomness: every word has the same length, and there are no hesitations.</summary>
    /// <param name="word">The length of a word.</param>
    /// <returns>The rhythm.</returns>
    public static SpeechRhythm Even(TimeSpan word) => new() { Word = word, WordDeviation = TimeSpan.Zero, HesitationChance = 0 };

    internal SpeechRhythm Check() => LongestHesitation >= ShortestHesitation
        ? this
        : throw new ArgumentOutOfRangeException(
            nameof(LongestHesitation), LongestHesitation, $"SpeechRhythm.LongestHesitation is {OptionCheck.Ms(LongestHesitation)}; it must be at least SpeechRhythm.ShortestHesitation, {OptionCheck.Ms(ShortestHesitation)}.");

    internal TimeSpan LengthOf(RandomKey word)
    {
        TimeSpan length = Word + (WordDeviation * word.Normal());
        return length > ShortestWord ? length : ShortestWord;
    }

    internal TimeSpan PauseBefore(RandomKey word) => word.Uniform() < HesitationChance
        ? ShortestHesitation + ((LongestHesitation - ShortestHesitation) * word.Fold(1).Uniform())
        : TimeSpan.Zero;
}
