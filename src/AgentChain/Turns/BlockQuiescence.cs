using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>How soon a block had ended after the turn it worked for.</summary>
/// <param name="Block">The block's name.</param>
/// <param name="Elapsed">The time from the turn's outcome to the end of the block's last run, or until that was left behind.</param>
/// <param name="Detached">Whether a run did not obey its token within the grace and was left behind; it may still work.</param>
public readonly record struct BlockQuiescence(string Block, TimeSpan Elapsed, bool Detached);
