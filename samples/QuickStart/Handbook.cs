using AgentChain;

namespace QuickStart;

/// <summary>The knowledge of the help desk, on a connection that is slow for entries that are not cached.</summary>
sealed class Handbook
{
    readonly Dictionary<string, string> _cache = new() { ["when do you open"] = "We open at nine and close at five." };

    /// <summary>Looks up the answer to a question.</summary>
    public async ValueTask<string> LookUpAsync(string question, BlockContext context, CancellationToken token)
    {
        bool isCached = _cache.TryGetValue(question, out string? answer);
        await Task.Delay(TimeSpan.FromMilliseconds(isCached ? 100 : 2000), context.Time, token);
        return answer ?? "Pack it, print the label, and drop it at the post office.";
    }
}
