namespace AgentChain.Remote;

/// <summary>
/// Chooses the server of a request: that of its conversation while it has room, otherwise the one that is expected to answer first. Servers
/// that are gone, or shed, are left out. Thread-safe.
/// </summary>
sealed class ServerChoice(IReadOnlyList<ChatServer> servers, ConversationPlaces places)
{
    /// <summary>Chooses a server and enters it.</summary>
    /// <param name="conversation">The conversation, or null.</param>
    /// <param name="tried">The servers that have had their chance in this turn.</param>
    /// <param name="goesOn">Whether the server has to go on with a text.</param>
    /// <returns>The server; null if there is none.</returns>
    public ServerEntry? Enter(string? conversation, IReadOnlyCollection<ChatServer> tried, bool goesOn)
    {
        ChatServer? home = places.Find(conversation);
        List<ChatServer> open =
        [
            .. servers
                .Where(server => server.IsOpen && MayAsk(server, tried, goesOn))

                // (1) One with room before one without, (2) home, (3) the fastest, (4) the emptiest.
                .OrderBy(server => server.Load >= 1)
                .ThenBy(server => server != home)
                .ThenBy(server => server.Estimates.FirstText * (1 + server.Load))
                .ThenBy(server => server.Load),
        ];

        // Another turn may have become the trial of a server in the meantime.
        foreach (ChatServer server in open)
        {
            if (server.TryEnter(out int number))
            {
                return new ServerEntry(server, number);
            }
        }

        return null;
    }

    /// <summary>The end of the trial of a server that may be asked after it; null if there is none.</summary>
    public Task? Trial(IReadOnlyCollection<ChatServer> tried, bool goesOn) =>
        servers.Where(server => MayAsk(server, tried, goesOn)).Select(server => server.Trial).FirstOrDefault(trial => trial is not null);

    /// <summary>Tells why there is no server.</summary>
    public ServerException None(IReadOnlyList<ServerException> failures)
    {
        string names = string.Join(", ", servers);
        List<ServerException> causes = [.. failures];
        foreach (ChatServer server in servers)
        {
            if (server.State.LastFailure is { } last && failures.All(failure => failure.Server != server.Name))
            {
                causes.Add(last);
            }
        }

        Exception? cause = causes.Count > 1 ? new AggregateException(causes) : causes.Count == 1 ? causes[0] : null;
        TimeSpan[] shedding = [.. servers.Select(server => server.ShedFor).Where(time => time > TimeSpan.Zero)];
        bool allShed = failures.All(failure => failure is ServerShedException) && servers.All(server => server.Health != ServerHealth.Unavailable);
        return allShed && shedding.Length > 0
            ? new ServerShedException(
                servers[0].Name,
                $"Each server has too much to do: {names}. Add a server, or send less at once with ChatServerOptions.MaxRequests.",
                null,
                shedding.Min(),
                cause)
            : new ServerException(
                servers[0].Name,
                failures.Count == 0
                    ? $"No server is available: {names}. One that is unavailable is probed, and asked again when it answers."
                    : $"None of the servers answered: {names}. The inner exception tells why each did not. Add a server, or allow more time.",
                null,
                cause);
    }

    static bool MayAsk(ChatServer server, IReadOnlyCollection<ChatServer> tried, bool goesOn) =>
        server.ShedFor == TimeSpan.Zero && !tried.Contains(server) && (!goesOn || server.ContinuesText);
}
