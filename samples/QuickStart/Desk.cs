using System.Runtime.CompilerServices;
using AgentChain;

namespace QuickStart;

/// <summary>The ears and the voice of the help desk. Each word takes some time, as it would with real models.</summary>
static class Desk
{
    /// <summary>
    /// Hears a question word by word. After the last word it waits, as an endpoint detector does, until it is sure that no more come.
    /// </summary>
    public static async IAsyncEnumerable<Hypothesis<string>> ListenAsync(
        string question, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        string[] words = question.Split(' ');
        for (int count = 1; count <= words.Length; count++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(30), context.Time, token);
            yield return Hypothesis.Tentative(string.Join(' ', words[..count]), count == words.Length ? 0.9 : 0.05);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), context.Time, token);
        yield return Hypothesis.Final(question);
    }

    /// <summary>Speaks an answer word by word.</summary>
    public static async IAsyncEnumerable<string> SpeakAsync(
        string answer, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (string word in answer.Split(' '))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), context.Time, token);
            yield return word;
        }
    }
}
