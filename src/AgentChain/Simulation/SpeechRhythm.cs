namespace AgentChain.Simulation;

/// <summary>
/// How somebody speaks: how long words are, and how often there is a pause between two. The defaults are assumptions, three words a second
/// and a hesitation in one gap of seventeen, not measurements.
/// </summary>
public sealed record SpeechRhythm
{
    static readonly TimeSpan ShortestWord = TimeSpan.FromMilliseconds(60);

    /// <summary>Gets a word's mean length.</summary>
    /// <value>333 ms by default; at least 60 ms, the length that no word falls below.</value>
    public TimeSpan Word
    {
        get;
        init => field = OptionCheck.Positive(value, "SpeechRhythm.Word");
    } = TimeSpan.FromMilliseconds(333);

    /// <summary>Gets the deviation of a word's length, which is normally distributed.</summary>
    /// <value>110 ms by default; not negative.</value>
    public TimeSpan WordDeviation
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SpeechRhythm.WordDeviation");
    } = TimeSpan.FromMilliseconds(110);

    /// <summary>Gets how likely the speaker hesitates before a word that is not the first.</summary>
    /// <value>0.06 by default; 0 to 1.</value>
    public double HesitationChance
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, "SpeechRhythm.HesitationChance");
    } = 0.06;

    /// <summary>Gets the shortest hesitation; all lengths up to the longest are equally likely.</summary>
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

    /// <summary>Gives the rhythm without luck: every word as long as the mean, no hesitation.</summary>
    /// <param name="word">A word's length.</param>
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
