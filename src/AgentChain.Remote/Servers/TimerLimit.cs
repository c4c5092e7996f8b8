namespace AgentChain.Remote;

/// <summary>The longest time that every timer accepts; a longer one stands for no limit, and is as good as this.</summary>
static class TimerLimit
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public static TimeSpan Of(TimeSpan time) => time < Longest ? time : Longest;
}
