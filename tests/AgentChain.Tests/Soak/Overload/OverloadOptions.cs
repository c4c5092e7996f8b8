namespace AgentChain.Tests.Soak.Overload;

/// <summary>How much too much work comes, and for how long.</summary>
sealed record OverloadOptions
{
    /// <summary>How long turns arrive.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The turns that arrive in a second.</summary>
    public double Rate { get; init; } = 10 * OverloadRun.Sustainable;

    /// <summary>The block that limits the chain; it must end early when its token fires.</summary>
    public required IBlock<int, int> Core { get; init; }

    /// <summary>The number of samples of the memory.</summary>
    public int Samples { get; init; } = 12;

    /// <summary>How much more memory a later sample may hold than the first quarter's largest, in bytes.</summary>
    public long Growth { get; init; } = 2_000_000;

    /// <summary>Called with each sample.</summary>
    public Action<string>? Progress { get; init; }
}
