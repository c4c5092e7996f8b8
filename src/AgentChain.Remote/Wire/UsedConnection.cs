using System.Runtime.CompilerServices;

namespace AgentChain.Remote;

/// <summary>Tells whether a request was lost because the server had closed a connection that was kept from an earlier request.</summary>
/// <remarks>
/// A server may close a connection that it has answered on at any time. A request that crosses the end of the connection is never read, and
/// <see cref="SocketsHttpHandler"/> sends none again whose body it has begun to send.
/// </remarks>
static class UsedConnection
{
    static readonly HttpRequestOptionsKey<StrongBox<bool>> IsOpened = new("AgentChain.Remote.IsOpened");

    /// <summary>Has a handler note for which request it opens a connection.</summary>
    public static SocketsHttpHandler Watch(SocketsHttpHandler handler)
    {
        handler.PlaintextStreamFilter = static (context, _) =>
        {
            if (context.InitialRequestMessage.Options.TryGetValue(IsOpened, out StrongBox<bool>? isOpened))
            {
                Volatile.Write(ref isOpened.Value, true);
            }

            return new(context.PlaintextStream);
        };
        return handler;
    }

    /// <summary>Prepares a request for <see cref="Lost"/>.</summary>
    public static void Watch(HttpRequestMessage request) => request.Options.Set(IsOpened, new StrongBox<bool>());

    /// <summary>
    /// Whether a request that got no answer was sent on a connection of an earlier one: then it can be sent again. One that broke the
    /// connection that was opened for it is not sent again, since the server may have died of it.
    /// </summary>
    public static bool Lost(HttpRequestMessage request, Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown, InnerException: IOException }
        && request.Options.TryGetValue(IsOpened, out StrongBox<bool>? isOpened) && !Volatile.Read(ref isOpened.Value);
}
