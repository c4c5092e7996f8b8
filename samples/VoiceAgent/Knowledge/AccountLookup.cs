using AgentChain;

namespace VoiceAgent.Knowledge;

/// <summary>Looks up the caller's account, with placeholders for personal data.</summary>
sealed class AccountLookup : ISyncBlock<string, IReadOnlyDictionary<string, string>>
{
    public IReadOnlyDictionary<string, string> Invoke(string input, BlockContext context) => context.Get(Question.Key)!.Caller.Facts;
}
