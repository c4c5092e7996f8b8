using AgentChain.Engine.Turns;

namespace AgentChain.Building;

/// <summary>One warm-up of a block that was idle. Its source is not disposed, because it may be canceled at any time; it holds nothing.</summary>
sealed class WarmTick(ChainRuntime runtime, string block, CancellationTokenSource source)
{
    public string Block => block;

    public CancellationToken Token => source.Token;

    /// <summary>The block's part of it, which can go on after the token was canceled; null before it began.</summary>
    public Task? Warming { get; set; }

    /// <summary>Ends the warm-up at its next slice. Its callbacks run elsewhere, because other work asks for this.</summary>
    public void GiveWay() => runtime.Watcher.Cancel(source);

    /// <summary>Ends the warm-up in place.</summary>
    public void Cancel() => source.Cancel();
}
