using AgentChain.Devices;
using Microsoft.Extensions.AI;

namespace AgentChain.Remote.Tests;

/// <summary>Chains and questions that the tests share.</summary>
static class Ask
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static ChatServerRequest Question(string text = "hello") => new([new ChatMessage(ChatRole.User, text)]);

    /// <summary>The devices of a chain with these servers.</summary>
    public static DeviceScheduler Devices(params ChatServer[] servers) => new([ComputeDevice.Cpu(1), .. servers.Select(server => server.Device)]);

    public static StreamChain<ChatServerRequest, string> Chain(
        DeviceScheduler devices, ChatServerBlock block, Action<StreamSetup<ChatServerRequest, string>>? setup = null) =>
        AgentChain.Chain.From<ChatServerRequest>("desk").Stream("respond", block, setup).Build(new ChainOptions { Devices = devices, Grace = Patience });

    /// <summary>Runs a turn to its end.</summary>
    public static async Task<string> AskAsync(this StreamChain<ChatServerRequest, string> chain, ChatServerRequest? request = null) =>
        string.Concat(await chain.RunToListAsync(request ?? Question()).AsTask().WaitAsync(Patience));

    /// <summary>Runs a turn that must fail because of a server.</summary>
    public static async Task<T> FailAsync<T>(this StreamChain<ChatServerRequest, string> chain, ChatServerRequest? request = null)
        where T : ServerException
    {
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync(request));
        Assert.Equal("respond", error.Block);
        return Assert.IsType<T>(error.InnerException);
    }

    /// <summary>Reads a turn's output into a list, and tells when there is enough of it.</summary>
    public static async Task ReadAsync(this Turn<string> turn, List<string> read, int enough = 0, Action? then = null)
    {
        await foreach (string text in turn.Output)
        {
            read.Add(text);
            if (read.Count == enough)
            {
                then?.Invoke();
            }
        }
    }

    /// <summary>Does something while a server has as many requests as it is sent at once.</summary>
    public static async Task UseAsync(this ChatServer server, Func<Task> action)
    {
        int count = server.Options.MaxRequests - server.State.Requests;
        for (int i = 0; i < count; i++)
        {
            Assert.True(server.TryEnter(out _));
        }

        await action();
        for (int i = 0; i < count; i++)
        {
            server.Leave(-1, null, answered: false);
        }
    }

    /// <summary>Waits for something that real threads do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(1, late.Token);
        }
    }
}
