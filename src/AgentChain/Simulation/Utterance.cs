using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>Represents the words that a user says in one turn, with their times. Immutable.</summary>
[DebuggerDisplay("{Text}")]
public sealed class Utterance
{
    /// <summary>Initializes an utterance from words with known times, such as those of a recording.</summary>
    /// <param name="words">The words, in chronological order and without overlap. The sequence can be empty.</param>
    /// <param name="key">The random key of the listener. Utterances with equal keys are heard with the same randomness.</param>
    /// <exception cref="ArgumentException">The words are out of order or overlap.</exception>
    public Utterance(IEnumerable<TimedWord> words, RandomKey key = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        (Words, Key) = ([.. words], key);
        TimeSpan last = TimeSpan.Zero;
        foreach (TimedWord word in Words)
        {
            if (word.Start < last || word.End < word.Start)
            {
                throw new ArgumentException("The words must be in chronological order and must not overlap.", nameof(words));
            }

            last = word.End;
        }

        (SpeechEnd, Text) = (last, string.Join(' ', Words.Select(w => w.Text)));
    }

    /// <summary>Gets the words of the utterance.</summary>
    public IReadOnlyList<TimedWord> Words { get; }

    /// <summary>Gets the words, separated by spaces. This is the transcript of a perfect recognizer.</summary>
    public string Text { get; }

    /// <summary>Gets the time at which the last word ended, counted from the start of the utterance.</summary>
    /// <value>Zero if there are no words.</value>
    public TimeSpan SpeechEnd { get; }

    /// <summary>Gets the random key of the listener.</summary>
    public RandomKey Key { get; }

    /// <summary>Creates the utterance of a text.</summary>
    /// <param name="text">The text. Words are separated by white space.</param>
    /// <param name="key">The random key of the speaker and the listener.</param>
    /// <param name="rhythm">The rhythm of the speaker, or <see langword="null"/> for the default <see cref="SpeechRhythm"/>.</param>
    /// <returns>The utterance.</returns>
    public static Utterance Say(string text, RandomKey key, SpeechRhythm? rhythm = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        rhythm = (rhythm ?? new SpeechRhythm()).Check();
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var timed = new TimedWord[words.Length];
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < words.Length; i++)
        {
            RandomKey word = key.Fold(i);
            TimeSpan start = i == 0 ? now : now + rhythm.PauseBefore(word.Fold("pause"));
            now = start + rhythm.LengthOf(word.Fold("length"));
            timed[i] = new(words[i], start, now);
        }

        return new(timed, key.Fold("hearing"));
    }
}
