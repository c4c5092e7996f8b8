using System.Text;
using System.Text.Json;
using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Streams that are cut or changed at any byte.</summary>
public sealed class CutTests
{
    const string Text = "good  day, žluť 🐎 \n and more ";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resume_CutAtEachByte_EveryTurnHasItsTextOnce(bool chunked)
    {
        byte[] stream = Encoding.UTF8.GetBytes(string.Concat(Pieces(Text)) + RawCall.Finish);
        int cut = 0;
        await using RawServer dying = RawServer.Start(async call =>
        {
            byte[] rest = stream[..cut];
            await call.SendAsync(chunked ? RawCall.Chunked : RawCall.Events);
            if (chunked && cut > 0)
            {
                // The last piece lacks its end.
                await call.SendAsync($"{cut + 10:x}\r\n");
            }

            await call.SendAsync(rest);
            call.Close();
        });
        await using RawServer other = RawServer.Start(async call =>
        {
            using var request = JsonDocument.Parse(call.Body);
            JsonElement last = request.RootElement.GetProperty("messages").EnumerateArray().Last();
            string said = last.GetProperty("role").GetString() == "assistant" ? last.GetProperty("content").GetString()! : "";
            Assert.StartsWith(said, Text, StringComparison.Ordinal);
            await call.SendAsync(Encoding.UTF8.GetBytes(RawCall.Events + string.Concat(Pieces(Text[said.Length..])) + RawCall.End));
            call.Close();
        });
        using ChatServer two = other.Device("two", Continues);
        for (cut = 0; cut <= stream.Length; cut++)
        {
            using ChatServer one = dying.Device("one", Continues);
            using DeviceScheduler devices = Ask.Devices(one, two);
            await using var chain = Ask.Chain(devices, new ChatServerBlock([one, two], new() { Failover = ServerFailover.Resume }));
            string answer = await chain.AskAsync(Ask.Question() with { Conversation = "ada" });
            Assert.True(answer == Text, $"cut at {cut}: '{answer}'");
            Assert.Equal(0, devices.OpenLeases);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Ask_BytesChangedAtRandom_IsAnsweredOrFailsAndNothingIsLeft(int seed)
    {
        var random = new Random(seed);
        await using RawServer server = RawServer.Start(async call =>
        {
            byte[] stream = Encoding.UTF8.GetBytes(RawCall.Chunked + string.Concat(
                Pieces(Text).Append(RawCall.End).Select(piece => $"{Encoding.UTF8.GetByteCount(piece):x}\r\n{piece}\r\n")) + "0\r\n\r\n");
            lock (random)
            {
                for (int i = random.Next(4); i >= 0; i--)
                {
                    stream[random.Next(stream.Length)] = (byte)random.Next(256);
                }
            }

            await call.SendAsync(stream);
            call.Close();
        });
        for (int i = 0; i < 150; i++)
        {
            using ChatServer one = server.Device("one");
            using DeviceScheduler devices = Ask.Devices(one);
            await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
            try
            {
                await chain.AskAsync();
            }
            catch (BlockFailedException error)
            {
                Assert.IsAssignableFrom<ServerException>(error.InnerException);
            }

            Assert.Equal((0, 0), (devices.OpenLeases, one.State.Requests));
        }

        await Ask.UntilAsync(() => server.Open == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ask_TensorsOfRandomBytes_FailsOrIsAnsweredAndNothingIsLeft(int seed)
    {
        var random = new Random(seed);
        await using RawTensors server = await RawTensors.StartAsync(async context =>
        {
            await TensorCall.ReadMessageAsync(context);
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            await context.Response.Body.WriteAsync(random.Next(2) == 0 ? [0, 0, 0, 0, (byte)bytes.Length, .. bytes] : bytes);
            RawTensors.End(context, random.Next(-1, 18).ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        for (int i = 0; i < 100; i++)
        {
            using ChatServer one = server.Device("one");
            using DeviceScheduler devices = Ask.Devices(one);
            await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
            var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());
            Assert.IsAssignableFrom<ServerException>(error.InnerException);
            Assert.Equal((0, 0), (devices.OpenLeases, one.State.Requests));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_ServerInMidStream_TheTurnGoesOnAtTheOther(bool text)
    {
        var reached = new TaskCompletionSource();
        await using RawServer first = RawServer.Start(async call =>
        {
            await call.SendAsync(RawCall.Events + (text ? RawCall.Say("good ") : ""));
            reached.TrySetResult();
            await call.GoneAsync();
        });
        await using RawServer second = RawServer.Answer(RawCall.Events + RawCall.Say("day") + RawCall.End);
        ChatServer one = first.Device("one", Continues);
        using ChatServer two = second.Device("two", Continues);
        using DeviceScheduler devices = Ask.Devices(one, two);
        await using var chain = Ask.Chain(devices, new ChatServerBlock([one, two], new() { Failover = ServerFailover.Resume }));
        await using Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];
        Task reading = turn.ReadAsync(read, 1, text ? one.Dispose : null);
        if (!text)
        {
            await reached.Task.WaitAsync(Ask.Patience);
            one.Dispose();
        }

        await reading.WaitAsync(Ask.Patience);
        Assert.Equal(text ? ["good ", "day"] : ["day"], read);
        Assert.Equal(0, devices.OpenLeases);
    }

    static ChatServerOptions Continues(ChatServerOptions options) => options with { ContinuesText = true };

    /// <summary>The events of a text, three characters each; a pair of surrogates stays together.</summary>
    static IEnumerable<string> Pieces(string text)
    {
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(3, text.Length - at);
            length += at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]) ? 1 : 0;
            yield return RawCall.Say(JsonEncodedText.Encode(text.AsSpan(at, length), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        }
    }
}
