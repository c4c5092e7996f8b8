using AgentChain.Engine.Interop;

namespace AgentChain.Tests.Engine.Interop;

public class TurnstileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leave_AfterClose_OpensOnlyWhatWasClosedForATime(bool forGood)
    {
        var turnstile = new Turnstile();
        Assert.True((await turnstile.EnterAsync(null!, null)).IsIn);
        turnstile.Close(ForeignFailure.NotEmpty, forGood);
        Assert.Same(ForeignFailure.NotEmpty, (await turnstile.EnterAsync(null!, null)).Failure);
        turnstile.Leave();
        Entry entry = await turnstile.EnterAsync(null!, null);
        Assert.Equal((!forGood, forGood ? ForeignFailure.NotEmpty : null), (entry.IsIn, entry.Failure));
    }
}
