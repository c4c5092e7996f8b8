namespace AgentChain.Onnx.Language;

/// <content>Which of the idle caches a prompt gets. Called under the lock.</content>
sealed partial class CachePool
{
    PooledCache Take(int chosen)
    {
        if (chosen < 0)
        {
            var made = new PooledCache(create());
            _made++;
            return made;
        }

        PooledCache taken = _idle[chosen];
        _idle.RemoveAt(chosen);
        return taken;
    }

    /// <summary>Selects the idle cache for a generation, or -1 to create one.</summary>
    int ForGeneration(int[] prompt, TurnId turn)
    {
        int own = _idle.FindLastIndex(p => p.IsGuess && p.Turn == turn);
        (int best, int common) = Best(prompt, prompt.Length - 1, _ => true);
        if (own >= 0 && _idle[own].Knows(prompt, prompt.Length - 1) >= common)
        {
            return own;
        }

        // If all are taken, the longest idle one goes: pages have what it has in common. Without pages, it is the one to lose least.
        return Alike(best, common, prompt) ? best
            : own >= 0 ? own
            : Unused() is int unused and >= 0 ? unused
            : _made < capacity ? -1
            : prefixes is not null && _copies ? 0 : Math.Max(best, 0);
    }

    /// <summary>
    /// Selects the idle cache for a prefill, or -1 to create one. Prefers a cache that the turn has prefilled before or one that loses
    /// nothing by it; otherwise selects as for a generation. A turn thus takes at most one cache from other conversations.
    /// </summary>
    int ForPrefill(int[] prompt, TurnId turn)
    {
        int own = Best(prompt, prompt.Length, p => p.IsGuess ? p.Turn == turn : p.Knows(prompt, prompt.Length) >= p.Settled).Index;
        own = own >= 0 ? own : _idle.FindLastIndex(p => p.IsGuess && p.Turn == turn);
        if (own >= 0)
        {
            return own;
        }

        (int best, int common) = Best(prompt, prompt.Length, p => !p.IsGuess);
        return Alike(best, common, prompt) ? best
            : Unused() is int unused and >= 0 ? unused
            : _made < capacity ? -1 : 0;
    }

    // With little in common, the cache belongs to another conversation: leave it alone while there is room.
    bool Alike(int index, int common, int[] prompt) => index >= 0 && common * 2 >= Math.Min(_idle[index].Cache.Length, prompt.Length);

    int Unused() => _idle.FindIndex(p => p.Cache.Length == 0);

    (int Index, int Common) Best(int[] prompt, int most, Predicate<PooledCache> among)
    {
        (int best, int common) = (-1, 0);
        for (int i = 0; i < _idle.Count; i++)
        {
            int shared = among(_idle[i]) ? _idle[i].Knows(prompt, most) : 0;
            if (shared > common)
            {
                (best, common) = (i, shared);
            }
        }

        return (best, common);
    }
}
