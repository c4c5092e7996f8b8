namespace AgentChain;

/// <summary>
/// Marks a block that can end itself with a <see cref="BlockOverrunException"/>, so that Build accepts a fallback for it without a budget.
/// </summary>
public interface IHasOwnLimits
{
}
