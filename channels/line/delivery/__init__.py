"""News for some residents (セグメント別配信): written, approved by a second person, sent once to everybody it is meant for."""
