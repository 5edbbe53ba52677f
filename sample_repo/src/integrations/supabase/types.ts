export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      profiles: {
        Row: {
          id: string;
          email: string;
          display_name: string | null;
          role: string;
          avatar_path: string | null;
          stripe_customer_id: string | null;
          created_at: string;
        };
        Insert: {
          id?: string;
          email: string;
          display_name?: string | null;
          role?: string;
          avatar_path?: string | null;
          stripe_customer_id?: string | null;
          created_at?: string;
        };
        Update: {
          id?: string;
          email?: string;
          display_name?: string | null;
          role?: string;
          avatar_path?: string | null;
          stripe_customer_id?: string | null;
          created_at?: string;
        };
        Relationships: [];
      };
      plans: {
        Row: {
          id: string;
          item_type: string;
          game: string;
          name: string;
          ram_gb: number;
          price_cents: number;
          currency: string;
          stripe_price_id: string;
          is_active: boolean;
          created_at: string;
        };
        Insert: {
          id?: string;
          item_type?: string;
          game: string;
          name: string;
          ram_gb: number;
          price_cents: number;
          currency?: string;
          stripe_price_id: string;
          is_active?: boolean;
          created_at?: string;
        };
        Update: {
          id?: string;
          item_type?: string;
          game?: string;
          name?: string;
          ram_gb?: number;
          price_cents?: number;
          currency?: string;
          stripe_price_id?: string;
          is_active?: boolean;
          created_at?: string;
        };
        Relationships: [];
      };
      addons: {
        Row: {
          id: string;
          name: string;
          price_cents: number;
          stripe_price_id: string;
        };
        Insert: {
          id?: string;
          name: string;
          price_cents: number;
          stripe_price_id: string;
        };
        Update: {
          id?: string;
          name?: string;
          price_cents?: number;
          stripe_price_id?: string;
        };
        Relationships: [];
      };
      orders: {
        Row: {
          id: string;
          user_id: string;
          plan_id: string;
          game: string | null;
          region: string;
          server_name: string;
          status: string;
          stripe_session_id: string | null;
          stripe_subscription_id: string | null;
          stripe_customer_id: string | null;
          node_id: number | null;
          pterodactyl_server_id: number | null;
          pterodactyl_identifier: string | null;
          renews_at: string | null;
          last_paid_at: string | null;
          created_at: string;
          updated_at: string;
        };
        Insert: {
          id?: string;
          user_id: string;
          plan_id: string;
          game?: string | null;
          region: string;
          server_name: string;
          status?: string;
          stripe_session_id?: string | null;
          stripe_subscription_id?: string | null;
          stripe_customer_id?: string | null;
          node_id?: number | null;
          pterodactyl_server_id?: number | null;
          pterodactyl_identifier?: string | null;
          renews_at?: string | null;
          last_paid_at?: string | null;
          created_at?: string;
          updated_at?: string;
        };
        Update: {
          id?: string;
          user_id?: string;
          plan_id?: string;
          game?: string | null;
          region?: string;
          server_name?: string;
          status?: string;
          stripe_session_id?: string | null;
          stripe_subscription_id?: string | null;
          stripe_customer_id?: string | null;
          node_id?: number | null;
          pterodactyl_server_id?: number | null;
          pterodactyl_identifier?: string | null;
          renews_at?: string | null;
          last_paid_at?: string | null;
          created_at?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      servers: {
        Row: {
          id: string;
          order_id: string;
          user_id: string;
          node_id: number | null;
          identifier: string;
          name: string;
          status: string;
          ip_address: unknown | null;
          port: number | null;
          memory_mb: number | null;
          synced_at: string | null;
          created_at: string;
        };
        Insert: {
          id?: string;
          order_id: string;
          user_id: string;
          node_id?: number | null;
          identifier: string;
          name: string;
          status?: string;
          ip_address?: unknown | null;
          port?: number | null;
          memory_mb?: number | null;
          synced_at?: string | null;
          created_at?: string;
        };
        Update: {
          id?: string;
          order_id?: string;
          user_id?: string;
          node_id?: number | null;
          identifier?: string;
          name?: string;
          status?: string;
          ip_address?: unknown | null;
          port?: number | null;
          memory_mb?: number | null;
          synced_at?: string | null;
          created_at?: string;
        };
        Relationships: [];
      };
      ptero_nodes: {
        Row: {
          id: number;
          pterodactyl_node_id: number;
          name: string;
          region: string;
          total_ram_gb: number;
          reserved_ram_gb: number;
          enabled: boolean;
        };
        Insert: {
          id?: number;
          pterodactyl_node_id: number;
          name: string;
          region: string;
          total_ram_gb: number;
          reserved_ram_gb: number;
          enabled?: boolean;
        };
        Update: {
          id?: number;
          pterodactyl_node_id?: number;
          name?: string;
          region?: string;
          total_ram_gb?: number;
          reserved_ram_gb?: number;
          enabled?: boolean;
        };
        Relationships: [];
      };
      external_accounts: {
        Row: {
          id: string;
          user_id: string;
          pterodactyl_user_id: number | null;
          panel_username: string | null;
          panel_password: string | null;
          last_synced_at: string | null;
          created_at: string;
        };
        Insert: {
          id?: string;
          user_id: string;
          pterodactyl_user_id?: number | null;
          panel_username?: string | null;
          panel_password?: string | null;
          last_synced_at?: string | null;
          created_at?: string;
        };
        Update: {
          id?: string;
          user_id?: string;
          pterodactyl_user_id?: number | null;
          panel_username?: string | null;
          panel_password?: string | null;
          last_synced_at?: string | null;
          created_at?: string;
        };
        Relationships: [];
      };
      announcements: {
        Row: {
          id: number;
          title: string;
          body_html: string;
          published_at: string | null;
        };
        Insert: {
          id?: number;
          title: string;
          body_html: string;
          published_at?: string | null;
        };
        Update: {
          id?: number;
          title?: string;
          body_html?: string;
          published_at?: string | null;
        };
        Relationships: [];
      };
      support_tickets: {
        Row: {
          id: number;
          user_id: string;
          subject: string;
          body: string;
          state: string;
          created_at: string;
        };
        Insert: {
          id?: number;
          user_id: string;
          subject: string;
          body: string;
          state?: string;
          created_at?: string;
        };
        Update: {
          id?: number;
          user_id?: string;
          subject?: string;
          body?: string;
          state?: string;
          created_at?: string;
        };
        Relationships: [];
      };
      referral_payouts: {
        Row: {
          id: string;
          affiliate_id: string;
          cents: number;
          paid_at: string | null;
        };
        Insert: {
          id?: string;
          affiliate_id: string;
          cents: number;
          paid_at?: string | null;
        };
        Update: {
          id?: string;
          affiliate_id?: string;
          cents?: number;
          paid_at?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      active_orders: {
        Row: {
          id: string | null;
          user_id: string | null;
          region: string | null;
          status: string | null;
          created_at: string | null;
          plan_name: string | null;
          ram_gb: number | null;
        };
        Relationships: [];
      };
    };
    Functions: {
      search_servers: { Args: { term: string }; Returns: unknown[] };
    };
    Enums: {
      ticket_state: "open" | "waiting" | "solved";
    };
    CompositeTypes: { [_ in never]: never };
  };
};
