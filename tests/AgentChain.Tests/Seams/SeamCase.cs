using AgentChain.Simulation;

namespace AgentChain.Tests.Seams;

/// <summary>One seam, one way for host code to misbehave there, and the required result.</summary>
/// <param name="Seam">The seam, as <see cref="PublicSeams"/> names it, or one of <see cref="AmbientSeams"/>.</param>
/// <param name="How">The misbehavior.</param>
/// <param name="Check">Misbehaves, and checks the result.</param>
/// <param name="Detail">A detail that distinguishes it from another case of the same seam and misbehavior.</param>
sealed record SeamCase(string Seam, Misbehavior How, Action<Misbehavior> Check, string Detail = "")
{
    /// <summary>The block that misbehaves, in every chain of these tests.</summary>
    public const string Block = "bad";

    /// <summary>The time that a turn can take: an endless wait is detected instead of hanging the test.</summary>
    static readonly LatencyBudget Budget = LatencyBudget.Total(TimeSpan.FromSeconds(10));

    public string Name => $"{Seam} / {How}{(Detail.Length > 0 ? $" / {Detail}" : "")}";

    /// <summary>Builds the chain around a misbehaving part.</summary>
    public delegate ChainBase<int, int> Build(VirtualWorld world, HostCode host, ChainOptions options);

    /// <summary>Cases in which a turn of a chain meets the misbehavior, in virtual time.</summary>
    /// <param name="seam">The seam.</param>
    /// <param name="expected">How that turn ends, and the name of the block that its error names.</param>
    /// <param name="build">Makes the chain.</param>
    /// <param name="detail">A detail that distinguishes these cases from others of the seam.</param>
    /// <param name="how">The misbehaviors.</param>
    /// <returns>One case for each misbehavior.</returns>
    public static IEnumerable<SeamCase> Turn(
        string seam, (TurnOutcome Outcome, string? Block) expected, Build build, string detail = "", params Misbehavior[] how) =>
        how.Select(h => new SeamCase(seam, h, _ => RunTurn(h, expected, build, expected.Outcome == TurnOutcome.DeadlineExceeded ? 1 : 0), detail));

    /// <summary>The same for a part that never completes and that the turn does not need: it is abandoned.</summary>
    public static SeamCase IsLeftBehind(string seam, Build build) =>
        new(seam, Misbehavior.NeverReturns, how => RunTurn(how, (TurnOutcome.Completed, null), build, detached: 1));

    /// <summary>The same for a turn whose blocks observe their tokens, however it ends.</summary>
    public static IEnumerable<SeamCase> ObeysAndEnds(string seam, (TurnOutcome Outcome, string? Block) expected, Build build, params Misbehavior[] how) =>
        how.Select(h => new SeamCase(seam, h, _ => RunTurn(h, expected, build, detached: 0)));

    /// <summary>The same for a part whose failure is its block's.</summary>
    public static IEnumerable<SeamCase> Fails(string seam, Build build, params Misbehavior[] how) =>
        Turn(seam, (TurnOutcome.Failed, Block), build, "", how);

    /// <summary>The same for a part that never completes, and so is abandoned at the deadline.</summary>
    public static IEnumerable<SeamCase> Hangs(string seam, Build build) =>
        Turn(seam, (TurnOutcome.DeadlineExceeded, null), build, "", Misbehavior.NeverReturns);

    /// <summary>The same for a part that only looks on, or helps: the turn does not notice.</summary>
    public static IEnumerable<SeamCase> IsIgnored(string seam, Build build, params Misbehavior[] how) =>
        Turn(seam, (TurnOutcome.Completed, null), build, "", how);

    /// <summary>The cases of a block's code by its return type: how it can break it, so that the turn fails or runs out of time.</summary>
    /// <param name="seam">The seam.</param>
    /// <param name="build">Makes the chain.</param>
    /// <param name="block">The block that the error names.</param>
    /// <returns>One case for each misbehavior that the type allows.</returns>
    public static IEnumerable<SeamCase> Step(string seam, Build build, string block = Block) =>
    [
        .. Turn(seam, (TurnOutcome.Failed, block), build, "", [.. Misbehaviors(seam).Except([Misbehavior.NeverReturns])]),
        .. Misbehaviors(seam).Contains(Misbehavior.NeverReturns) ? Hangs(seam, build) : [],
    ];

    /// <summary>The cases of auxiliary code, by its return type; breaking it does not affect the turn.</summary>
    public static IEnumerable<SeamCase> Help(string seam, Build build) => IsIgnored(seam, build, [.. Misbehaviors(seam)]);

    static IReadOnlyList<Misbehavior> Misbehaviors(string seam) => PublicSeams.All.FirstOrDefault(s => s.Name == seam).Allowed ?? [Misbehavior.Throws];

    /// <summary>The same for code that the host's own call runs: the call throws its exception.</summary>
    public static SeamCase ThrowsToCaller(string seam, Action<HostCode> call, string detail = "") => new(seam, Misbehavior.Throws, how =>
    {
        using var host = new HostCode(how) { IsBad = true };
        Assert.Throws<HostException>(() => call(host));
        Assert.Equal(1, host.Times);
    }, detail);

    public override string ToString() => Name;

    static void RunTurn(Misbehavior how, (TurnOutcome Outcome, string? Block) expected, Build build, int detached) => VirtualWorld.Run(async world =>
    {
        using var host = new HostCode(how);
        await using ChainBase<int, int> chain = build(world, host, world.Options(o => o.Budget = Budget));
        host.IsBad = true;
        TurnResult met = await EndAsync(chain);
        host.IsBad = false;
        Assert.True(host.Times > 0, "The seam was not reached.");
        Assert.Equal(expected, (met.Outcome, met.Error?.Block));
        Assert.Equal(0, chain.LiveTurns);

        // Past any grace, so that what does not come back is left behind by now.
        await world.Delay(1000);
        Assert.Equal(0, chain.Devices.OpenLeases);
        Assert.Equal(detached, chain.DetachedBlocks);

        TurnResult next = await EndAsync(chain);
        Assert.Equal((TurnOutcome.Completed, null), (next.Outcome, next.Error));
        await world.Delay(1000);
        Assert.Equal((0, 0, detached), (chain.LiveTurns, chain.Devices.OpenLeases, chain.DetachedBlocks));
    });

    /// <summary>Runs a turn, reads its output as a host does, and returns how it ended.</summary>
    public static async Task<TurnResult> EndAsync(ChainBase<int, int> chain)
    {
        await using Turn<int> turn = chain.Start(1);
        try
        {
            await foreach (int _ in turn.Output)
            {
            }
        }
        catch (TurnException)
        {
            // The result says it too.
        }

        return await turn.Completion;
    }
}
