using AgentChain.Testing;

namespace AgentChain.Tests.Testing;

public sealed class TestBlockContextTests
{
    static readonly TurnKey<string> Language = new("language");

    [Fact]
    public void Context_WhatWasSet_IsWhatTheBlockSees()
    {
        using var turn = new CancellationTokenSource();
        var test = new TestBlockContext { TurnId = new(7), BlockName = "translate", Remaining = 1.Seconds(), TurnToken = turn.Token, RunNumber = 3 };
        test.Set(Language, "fr");
        BlockContext context = test.Context;
        Assert.Equal((new TurnId(7), "translate", 1.Seconds(), turn.Token, 3L, TimeProvider.System, false),
            (context.TurnId, context.BlockName, context.Remaining, context.TurnToken, context.RunNumber, context.Time, context.IsSpeculative));
        Assert.Equal("fr", context.Get(Language));
        context.Set(Language, "de");
        Assert.Equal("de", test.Get(Language));
        Assert.True(context.CommittedAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.Null(test.InputEnded);
        context.InputEnded(1, 2);
        Assert.Equal((1L, 2L), test.InputEnded);
        Assert.Throws<InvalidOperationException>(() => context.InputEnded(1, 2));
    }

    [Fact]
    public async Task Commit_BlockWaits_GoesOn()
    {
        var test = new TestBlockContext { IsSpeculative = true };
        BlockContext context = test.Context;
        Assert.True(context.IsSpeculative);
        using var source = new CancellationTokenSource();
        Task canceled = context.CommittedAsync(source.Token).AsTask();
        Task waits = context.CommittedAsync(CancellationToken.None).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        Assert.False(waits.IsCompleted);
        test.Commit();
        await waits.WaitAsync(60.Seconds());
        Assert.False(context.IsSpeculative);
    }
}
