namespace AgentChain.Extensions.AI;

/// <summary>Invokes tools for one run: with a place, a budget, and an answer whatever the tool does.</summary>
/// <remarks>
/// <code>
///  may run --- wait for a place --- [ the tool ] --- answer              completed, failed
///     |------------- budget -------------|--- grace ---| detached        timed_out
///  turn ends: its token reaches the tool; a late result still arrives    cancelled until then
///     |--- grace ---| its place is free, even if the tool has not ended
/// </code>
/// </remarks>
sealed class ToolInvoker(TimeProvider time, TimeSpan grace, int mostResult, bool tellsErrors, DeviceLoans loans, BlockContext? run = null)
{
    /// <summary>Invokes a tool. This is the only place where one is invoked.</summary>
    /// <param name="call">The call.</param>
    /// <param name="place">The place that the call takes, among those of its tool.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="remaining">The time that is left to the turn, or infinite.</param>
    /// <param name="work">The entry of the call in the turn's report, which runs once the tool does.</param>
    /// <param name="turnToken">The token that is canceled when the run ends.</param>
    /// <returns>The answer. After the token was canceled, it completes when the tool has ended, however late.</returns>
    public async Task<ToolAnswer> InvokeAsync(
        PreparedCall call, CallPlace place, TurnId turn, TimeSpan remaining, InnerWork work, CancellationToken turnToken)
    {
        AgentTool tool = call.Tool;
        TimeSpan? limit = Least(tool.Budget, remaining);
        var info = new ToolCall(
            call.CallId, tool.Name, call.CommitKey, call.IdempotencyKey, turn,
            limit is { } left ? time.GetUtcNow() + left : null) { Run = run };
        info.Attach(call.Arguments);

        // Not disposed if the tool is detached, because the tool still has the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(turnToken);
        using var ended = new CancellationTokenSource();
        Task budget = tool.Budget == Timeout.InfiniteTimeSpan ? Never(ended.Token) : Task.Delay(tool.Budget, time, ended.Token);
        Task<ToolAnswer> running = RunAsync(call, place, work, info, stop.Token);
        await Task.WhenAny(running, budget, Never(turnToken));
        bool isLate = !running.IsCompleted && !turnToken.IsCancellationRequested;
        if (!running.IsCompleted)
        {
            if (isLate)
            {
                Cancel(stop);
            }

            Task last = Task.Delay(grace, time, ended.Token);
            await Task.WhenAny(running, last);
            if (!running.IsCompleted)
            {
                place.Leave();
            }
        }

        bool isDetached = isLate && !running.IsCompleted;
        ToolAnswer answer = isDetached ? ToolAnswer.TimedOut(tool) : await AnswerAsync(tool, running, isLate, turnToken);
        ended.Cancel();
        if (isDetached)
        {
            _ = running.ContinueWith(
                static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Current);
        }
        else
        {
            stop.Dispose();
        }

        return answer;
    }

    async Task<ToolAnswer> AnswerAsync(AgentTool tool, Task<ToolAnswer> running, bool isLate, CancellationToken turnToken)
    {
        try
        {
            return await running;
        }
        catch (Exception) when (isLate)
        {
            return ToolAnswer.TimedOut(tool);
        }
        catch (OperationCanceledException) when (turnToken.IsCancellationRequested)
        {
            return ToolAnswer.Canceled;
        }
        catch (Exception error)
        {
            return ToolAnswer.Failed($"The tool '{tool.Name}' failed with {error.GetType().Name}{(tellsErrors ? $": {MessageOf(error)}" : ".")}");
        }
    }

    /// <summary>The message of an exception of the host, which can throw and be of any length.</summary>
    string MessageOf(Exception error)
    {
        try
        {
            string message = error.Message ?? "";
            return message.Length <= mostResult ? message : $"{message.AsSpan(0, mostResult)}...";
        }
        catch (Exception)
        {
            return "its message cannot be read.";
        }
    }

    /// <summary>
    /// Runs the tool as a task of its own, so that one that blocks holds up neither the stream nor the tools beside it. The result is
    /// written there too: its properties and sequences are the host's code, which can hang.
    /// </summary>
    async Task<ToolAnswer> RunAsync(PreparedCall call, CallPlace place, InnerWork work, ToolCall info, CancellationToken token)
    {
        await place.EnterAsync(token);
        try
        {
            info.Lease = call.Tool.Device is { } device ? await loans.AcquireAsync(work, place, device, token) : null;
            work.Run();
            return await Task.Factory.StartNew(
                async () => ToolResult.Of(call.Tool, await call.Tool.Function.InvokeAsync(call.Arguments, token), mostResult),
                CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
        }
        finally
        {
            loans.Release(work, place, info.Lease);
            place.Leave();
        }
    }

    static TimeSpan? Least(TimeSpan budget, TimeSpan remaining) =>
        budget == Timeout.InfiniteTimeSpan ? remaining == Timeout.InfiniteTimeSpan ? null : remaining
        : remaining == Timeout.InfiniteTimeSpan || budget < remaining ? budget
        : remaining;

    static Task Never(CancellationToken ended)
    {
        var never = new TaskCompletionSource();
        ended.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetCanceled(), never);
        return never.Task;
    }

    /// <summary>
    /// Cancels, on a task of its own: a callback that a tool has registered with its token can hang. One that throws is the tool's own
    /// affair.
    /// </summary>
    public static void Cancel(CancellationTokenSource source) => _ = Task.Factory.StartNew(
        static source =>
        {
            try
            {
                ((CancellationTokenSource)source!).Cancel();
            }
            catch (Exception error) when (error is AggregateException or ObjectDisposedException)
            {
                // The source is disposed if all that had its token ended meanwhile.
            }
        },
        source, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);
}
